package main

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"os"
	"sort"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

type requestFigures struct {
	Requests  int            `json:"requests"`
	Seconds   float64        `json:"seconds"`
	PerSecond float64        `json:"perSecond"`
	Statuses  map[string]int `json:"statuses"`
	Failed    int            `json:"failed"`
	// Processor time of the generator, seconds.
	CPU float64 `json:"cpu"`
	// Milliseconds: with a rate from when a request was due, so that waiting for a free connection counts; without one from when it was sent.
	P50 float64 `json:"p50"`
	P95 float64 `json:"p95"`
	P99 float64 `json:"p99"`
	Max float64 `json:"max"`
}

type work struct {
	body []byte
	due  time.Time
}

type outcome struct {
	status  string
	latency time.Duration
}

// Sends all bodies, or `count` times GET, over the connections.
func requests(set settings) (*requestFigures, error) {
	bodies, err := readBodies(set)
	if err != nil {
		return nil, err
	}
	connections := make([]*connection, set.connections)
	for index := range connections {
		if connections[index], err = open(set, index); err != nil {
			return nil, err
		}
	}
	queue := make(chan work, len(bodies))
	outcomes := make([][]outcome, set.connections)
	var group sync.WaitGroup
	for index := range connections {
		group.Add(1)
		go func(index int, used *connection) {
			defer group.Done()
			for item := range queue {
				if set.rate == 0 {
					item.due = time.Now()
				}
				status, err := used.send(set, item.body)
				if err != nil {
					status = "failed"
					if replacement, err := open(set, index); err == nil {
						used.close()
						used = replacement
					}
				}
				outcomes[index] = append(outcomes[index], outcome{status, time.Since(item.due)})
			}
			used.close()
		}(index, connections[index])
	}
	start := time.Now()
	for index, body := range bodies {
		var due time.Time
		if set.rate > 0 {
			due = start.Add(time.Duration(float64(index) / set.rate * float64(time.Second)))
			time.Sleep(time.Until(due))
		}
		queue <- work{body, due}
	}
	close(queue)
	group.Wait()
	return summary(outcomes, time.Since(start)), nil
}

func summary(outcomes [][]outcome, took time.Duration) *requestFigures {
	figures := &requestFigures{Seconds: took.Seconds(), Statuses: map[string]int{}}
	var latencies []float64
	for _, list := range outcomes {
		for _, outcome := range list {
			if outcome.status == "failed" {
				figures.Failed++
				continue
			}
			figures.Statuses[outcome.status]++
			latencies = append(latencies, float64(outcome.latency.Microseconds())/1000)
		}
	}
	var used syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &used) == nil {
		figures.CPU = float64(used.Utime.Nano()+used.Stime.Nano()) / 1e9
	}
	sort.Float64s(latencies)
	at := func(share float64) float64 {
		if len(latencies) == 0 {
			return 0
		}
		return latencies[int(share*float64(len(latencies)-1))]
	}
	figures.Requests = len(latencies) + figures.Failed
	figures.PerSecond = float64(len(latencies)) / took.Seconds()
	figures.P50, figures.P95, figures.P99, figures.Max = at(0.5), at(0.95), at(0.99), at(1)
	return figures
}

func readBodies(set settings) ([][]byte, error) {
	if set.bodies == "" {
		return make([][]byte, set.count), nil
	}
	file, err := os.ReadFile(set.bodies)
	if err != nil {
		return nil, err
	}
	var bodies [][]byte
	for len(file) >= 4 {
		length := int(binary.BigEndian.Uint32(file))
		if len(file) < 4+length {
			return nil, fmt.Errorf("%s ends within a body", set.bodies)
		}
		bodies = append(bodies, file[4:4+length])
		file = file[4+length:]
	}
	return bodies, nil
}

type connection struct {
	socket net.Conn
	reader *bufio.Reader
}

func open(set settings, index int) (*connection, error) {
	var dialer net.Dialer
	if set.apart {
		// Two runs soon after each other share few addresses, so that the second does not find the first's quotas used up.
		dialer.LocalAddr = &net.TCPAddr{IP: net.IPv4(127, byte(os.Getpid()%250)+1, byte(index>>8), byte(index))}
	}
	socket, err := dialer.Dial("tcp", set.address)
	if err != nil {
		return nil, err
	}
	return &connection{socket, bufio.NewReaderSize(socket, 8192)}, nil
}

func (c *connection) close() { c.socket.Close() }

// Sends one request and reads its answer to the end.
func (c *connection) send(set settings, body []byte) (string, error) {
	request := make([]byte, 0, 256+len(body))
	if body == nil {
		request = fmt.Appendf(request, "GET %s HTTP/1.1\r\nHost: %s\r\n\r\n", set.path, set.address)
	} else {
		request = fmt.Appendf(request, "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/octet-stream\r\nContent-Length: %d\r\n\r\n", set.path, set.address, len(body))
		request = append(request, body...)
	}
	c.socket.SetDeadline(time.Now().Add(60 * time.Second))
	if _, err := c.socket.Write(request); err != nil {
		return "", err
	}
	line, err := c.reader.ReadString('\n')
	if err != nil || len(line) < 12 {
		return "", fmt.Errorf("no answer")
	}
	status := line[9:12]
	length, chunked := 0, false
	for {
		field, err := c.reader.ReadString('\n')
		if err != nil {
			return "", err
		}
		field = strings.TrimRight(field, "\r\n")
		if field == "" {
			break
		}
		name, value, _ := strings.Cut(field, ":")
		switch strings.ToLower(name) {
		case "content-length":
			length, _ = strconv.Atoi(strings.TrimSpace(value))
		case "transfer-encoding":
			chunked = true
		}
	}
	if chunked {
		return "", fmt.Errorf("an answer in chunks is not read")
	}
	_, err = io.CopyN(io.Discard, c.reader, int64(length))
	return status, err
}
