package main

import (
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

type heldFigures struct {
	Open     int     `json:"open"`
	Lost     int     `json:"lost"`
	Seconds  float64 `json:"seconds"`
	Messages int64   `json:"messages"`
	// Of WebSockets: the texts that came, and when.
	Texts []*arrivals `json:"texts,omitempty"`
}

// When a text reached the first and the last of the clients: Unix milliseconds.
type arrivals struct {
	Text  string  `json:"text"`
	Count int     `json:"count"`
	First float64 `json:"first"`
	Last  float64 `json:"last"`
}

// Texts that many clients are told, in the order in which they first came; beyond a hundred others they are counted only.
type heard struct {
	lock   sync.Mutex
	byText map[string]*arrivals
	texts  []*arrivals
}

func (h *heard) note(text string, now time.Time) {
	at := float64(now.UnixMicro()) / 1000
	h.lock.Lock()
	defer h.lock.Unlock()
	known := h.byText[text]
	if known == nil {
		if len(h.texts) == 100 {
			return
		}
		known = &arrivals{Text: text, First: at}
		h.byText[text] = known
		h.texts = append(h.texts, known)
	}
	known.Count++
	known.Last = at
}

// Opens connections, asks once on each, and holds them.
func idle(set settings) (*heldFigures, error) {
	start := time.Now()
	connections, err := openAll(set, func(c *connection) error {
		status, err := c.send(set, nil)
		if err == nil && status != "200" {
			err = fmt.Errorf("answered %s", status)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	took := time.Since(start)
	fmt.Println(`{"holding":true}`)
	time.Sleep(set.hold)
	figures := &heldFigures{Open: len(connections), Seconds: took.Seconds()}
	for _, connection := range connections {
		if _, err := connection.send(set, nil); err != nil {
			figures.Lost++
		}
		connection.close()
	}
	return figures, nil
}

// Opens WebSockets, says something on each, and counts what comes while they are held.
func webSockets(set settings) (*heldFigures, error) {
	start := time.Now()
	connections, err := openAll(set, func(c *connection) error { return c.upgrade(set) })
	if err != nil {
		return nil, err
	}
	took := time.Since(start)
	var messages atomic.Int64
	var lost atomic.Int64
	told := heard{byText: map[string]*arrivals{}}
	done := time.Now().Add(set.hold)
	for _, opened := range connections {
		go func(held *connection) {
			for {
				held.socket.SetReadDeadline(done)
				text, isText, err := held.message()
				if err != nil {
					if time.Now().Before(done) {
						lost.Add(1)
					}
					return
				}
				if isText {
					messages.Add(1)
					told.note(text, time.Now())
				}
			}
		}(opened)
	}
	fmt.Println(`{"holding":true}`)
	time.Sleep(time.Until(done) + 100*time.Millisecond)
	for _, connection := range connections {
		connection.close()
	}
	return &heldFigures{len(connections), int(lost.Load()), took.Seconds(), messages.Load(), told.texts}, nil
}

func openAll(set settings, first func(*connection) error) ([]*connection, error) {
	connections := make([]*connection, set.connections)
	for index := range connections {
		connection, err := open(set, index)
		if err == nil {
			err = first(connection)
		}
		if err != nil {
			return nil, fmt.Errorf("connection %d: %w", index+1, err)
		}
		connections[index] = connection
	}
	return connections, nil
}

func (c *connection) upgrade(set settings) error {
	key := make([]byte, 16)
	rand.Read(key)
	c.socket.SetDeadline(time.Now().Add(60 * time.Second))
	fmt.Fprintf(c.socket, "GET %s HTTP/1.1\r\nHost: %s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: %s\r\n\r\n",
		set.path, set.address, base64.StdEncoding.EncodeToString(key))
	line, err := c.reader.ReadString('\n')
	if err != nil || !strings.Contains(line, " 101 ") {
		return fmt.Errorf("no WebSocket: %s", strings.TrimSpace(line))
	}
	for line != "\r\n" {
		if line, err = c.reader.ReadString('\n'); err != nil {
			return err
		}
	}
	if set.say == "" {
		return nil
	}
	// A client's frame: final, text, masked with zeros, which leave the text as it is.
	frame := []byte{0x81, 0x80 | byte(len(set.say)), 0, 0, 0, 0}
	if len(set.say) > 125 {
		return fmt.Errorf("the first message is longer than 125 bytes")
	}
	_, err = c.socket.Write(append(frame, set.say...))
	return err
}

// Reads one frame of the server: its text, and whether it is one.
func (c *connection) message() (string, bool, error) {
	var head [2]byte
	if _, err := readFull(c, head[:]); err != nil {
		return "", false, err
	}
	length := int(head[1] & 0x7f)
	if length == 126 {
		var more [2]byte
		if _, err := readFull(c, more[:]); err != nil {
			return "", false, err
		}
		length = int(more[0])<<8 | int(more[1])
	}
	text := make([]byte, length)
	_, err := readFull(c, text)
	return string(text), head[0]&0x0f == 1, err
}

func readFull(c *connection, bytes []byte) (int, error) {
	for read := 0; read < len(bytes); {
		count, err := c.reader.Read(bytes[read:])
		if err != nil {
			return read, err
		}
		read += count
	}
	return len(bytes), nil
}
