// Load for a server on loopback: requests as fast as they are answered, or at a rate of their own; idle connections; WebSockets.
//
//	load requests -address 127.0.0.1:8080 -path /x [-bodies FILE] [-connections 64] [-rate 0] [-count 10000] [-apart]
//	load idle -address 127.0.0.1:8080 -path /x -connections 10000 -hold 10s
//	load websockets -address 127.0.0.1:8080 -path /x -say '{"subscribe":["…"]}' -connections 10000 -hold 10s
//
// A file of bodies holds each with its length before it, four bytes, big-endian; each is sent once. The answer is one line of JSON.
// Only loopback is loaded, with bounded counts.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"net"
	"os"
	"time"
)

type settings struct {
	address, path, bodies, say string
	connections, count         int
	rate                       float64
	hold                       time.Duration
	apart                      bool
}

func main() {
	if len(os.Args) < 2 {
		fail("say what to do: requests, idle or websockets")
	}
	var set settings
	flags := flag.NewFlagSet(os.Args[1], flag.ExitOnError)
	flags.StringVar(&set.address, "address", "127.0.0.1:8080", "host and port, on loopback")
	flags.StringVar(&set.path, "path", "/", "what is asked for")
	flags.StringVar(&set.bodies, "bodies", "", "file of bodies to POST; without it, GET")
	flags.StringVar(&set.say, "say", "", "first message of a WebSocket")
	flags.IntVar(&set.connections, "connections", 64, "connections at once")
	flags.IntVar(&set.count, "count", 10000, "requests in all, where there are no bodies")
	flags.Float64Var(&set.rate, "rate", 0, "requests a second, sent on time whether or not others are answered; 0: as fast as they are answered")
	flags.DurationVar(&set.hold, "hold", 10*time.Second, "how long connections are held")
	flags.BoolVar(&set.apart, "apart", false, "each connection from an address of its own, as voters come: from somewhere in 127.0.0.0/8")
	flags.Parse(os.Args[2:])
	host, _, err := net.SplitHostPort(set.address)
	if err != nil || !net.ParseIP(host).IsLoopback() {
		fail("only addresses on loopback are loaded, such as 127.0.0.1:8080")
	}
	if set.connections > 20000 || set.count > 10_000_000 {
		fail("at most 20000 connections and 10 million requests")
	}
	var figures any
	switch os.Args[1] {
	case "requests":
		figures, err = requests(set)
	case "idle":
		figures, err = idle(set)
	case "websockets":
		figures, err = webSockets(set)
	default:
		fail("unknown work: " + os.Args[1])
	}
	if err != nil {
		fail(err.Error())
	}
	text, _ := json.Marshal(figures)
	fmt.Println(string(text))
}

func fail(reason string) {
	fmt.Fprintln(os.Stderr, "load: "+reason)
	os.Exit(2)
}
