package builtins

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"gospark/repl"
	"gospark/runtime/connector/kafka"
)

const genHelp = `:gen clicks                          show some records and their schema
:gen words 5 to 9999                 5 lines a second to a socket stream, as :nc does
:gen clicks 100 to clicks            100 records a second into a topic of Kafka
:gen sensors 10 to ./sensors.json    into a file; a path has a slash
:gen clicks 10 to clicks seed=7      the same records every time, with times from 2026-01-01
:gen clicks 10 to clicks count=500   end after 500
:gen                                 list what is being generated
:gen stop [n]                        end all, or number n
Kinds are words, numbers, clicks, tweets and sensors; but for words and numbers they are JSON. One record in 20 is up to
30 seconds late. servers=host:port names the servers of Kafka if they are not those of :broker or localhost:9092.`

func (c *Commands) genCommands() []repl.Command {
	return []repl.Command{{
		Name: "gen", Args: "[kind [rate] [to port|topic|file] | stop [n]]", Short: "generate sample data: words, clicks, tweets, sensors",
		Help: genHelp, Complete: c.completeGen, Run: c.gen,
	}}
}

// A generation is sample data on its way to somewhere.
type generation struct {
	text   string // what was asked for
	sent   atomic.Int64
	cancel context.CancelFunc
	done   chan struct{}
}

func (g *generation) close() {
	g.cancel()
	<-g.done
}

// asked is what :gen was asked for.
type asked struct {
	kind, to, servers string
	rate              float64
	seed              uint64
	seeded            bool
	count             int // 0: without an end
}

const (
	genRate    = 5.0 // lines a second
	maxGenRate = 1e5
)

// seriesStart is when a series with a seed begins.
var seriesStart = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// parseGen reads the arguments of :gen.
func parseGen(args string) (a asked, err error) {
	words := strings.Fields(args)
	a.kind, a.rate = words[0], genRate
	if _, ok := samples[a.kind]; !ok {
		kinds := slices.Sorted(maps.Keys(samples))
		if near := repl.Nearest(a.kind, kinds); near != "" {
			return a, fmt.Errorf("gen: no kind %q; did you mean %s?", a.kind, near)
		}
		return a, fmt.Errorf("gen: no kind %q; there are %s", a.kind, strings.Join(kinds, ", "))
	}
	for i := 1; i < len(words); i++ {
		w := words[i]
		key, value, set := strings.Cut(w, "=")
		switch {
		case w == "to" && i+1 < len(words):
			i++
			a.to = words[i]
		case set && key == "seed":
			a.seed, err = strconv.ParseUint(value, 10, 64)
			a.seeded = true
		case set && key == "count":
			if a.count, err = strconv.Atoi(value); err == nil && a.count < 1 {
				err = errors.New("not positive")
			}
		case set && key == "servers":
			a.servers = w
		default:
			if a.rate, err = strconv.ParseFloat(w, 64); err == nil && !(a.rate > 0 && a.rate <= maxGenRate) {
				err = errors.New("out of range")
			}
		}
		if err != nil {
			return a, usage(":gen %s RATE to PORT|TOPIC|FILE, with a rate of up to %.0f a second; %q is none of that", a.kind, maxGenRate, w)
		}
	}
	return a, nil
}

// series is the one that was asked for.
func (a asked) series() series {
	if !a.seeded {
		return now
	}
	return series{a.seed, func(i int) time.Time {
		return seriesStart.Add(time.Duration(float64(i) / a.rate * float64(time.Second)))
	}}
}

func (c *Commands) gen(sh *repl.Shell, args string) error {
	words := strings.Fields(args)
	switch {
	case len(words) == 0:
		sh.Print(c.generated())
		return nil
	case words[0] == "stop" && len(words) <= 2:
		return c.stopGen(sh, words[1:])
	}
	a, err := parseGen(args)
	if err != nil {
		return err
	}
	if a.to == "" {
		sh.Print(sampleText(a))
		return nil
	}
	send, end, err := c.target(sh, a)
	if err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	ctx, cancel := context.WithCancel(context.Background())
	g := &generation{text: strings.Join(words, " "), cancel: cancel, done: make(chan struct{})}
	if c.generations == nil {
		c.generations = map[int]*generation{}
	}
	c.lastGen++
	n := c.lastGen
	c.generations[n] = g
	go func() {
		defer close(g.done)
		defer cancel()
		err := errors.Join(g.run(ctx, a, send), end())
		c.mu.Lock()
		delete(c.generations, n)
		c.mu.Unlock()
		switch {
		case err != nil:
			sh.Notice(fmt.Sprintf("gen %d: %v; %d records were sent", n, err, g.sent.Load()))
		case ctx.Err() == nil:
			sh.Notice(fmt.Sprintf("gen %d: all %d records were sent", n, g.sent.Load()))
		}
	}()
	sh.Notice(fmt.Sprintf("sending %s %s a second to %s; :gen stop %d ends it", number(a.rate), a.kind, a.to, n))
	return nil
}

// sampleText shows what a kind looks like.
func sampleText(a asked) string {
	var b strings.Builder
	for i := range 5 {
		b.WriteString(samples[a.kind].line(a.series(), i) + "\n")
	}
	if s := samples[a.kind].schema; s != "" {
		fmt.Fprintf(&b, "schema for FromJSON: %s\n", s)
	}
	fmt.Fprintf(&b, "send them with :gen %s %s to PORT, TOPIC or ./FILE\n", a.kind, number(a.rate))
	return b.String()
}

// run sends what becomes due until ctx is done, or all of it was sent.
func (g *generation) run(ctx context.Context, a asked, send func(ctx context.Context, lines []string) error) error {
	s, line := a.series(), samples[a.kind].line
	tick := time.NewTicker(max(time.Duration(float64(time.Second)/a.rate), 10*time.Millisecond))
	defer tick.Stop()
	begin := time.Now()
	for at := begin; ; {
		due := int(at.Sub(begin).Seconds()*a.rate+1e-9) + 1
		if a.count > 0 {
			due = min(due, a.count)
		}
		var lines []string
		for i := int(g.sent.Load()); i < due; i++ {
			lines = append(lines, line(s, i))
		}
		if len(lines) > 0 {
			if err := send(ctx, lines); err != nil {
				if ctx.Err() != nil {
					return nil
				}
				return err
			}
			g.sent.Add(int64(len(lines)))
		}
		if due == a.count {
			return nil
		}
		select {
		case at = <-tick.C:
		case <-ctx.Done():
			return nil
		}
	}
}

// target opens what data is sent to.
func (c *Commands) target(sh *repl.Shell, a asked) (send func(context.Context, []string) error, end func() error, err error) {
	if port, err := strconv.Atoi(a.to); err == nil {
		if port < 1 || port > 65535 {
			return nil, nil, usage(":gen %s to PORT, such as :gen %[1]s to 9999", a.kind)
		}
		s, _, err := c.server(sh, port)
		if err != nil {
			return nil, nil, err
		}
		return func(ctx context.Context, lines []string) error { return s.Send(ctx, strings.Join(lines, "\n")) }, func() error { return nil }, nil
	}
	if strings.Contains(a.to, "/") {
		f, err := os.OpenFile(a.to, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
		if err != nil {
			return nil, nil, err
		}
		return func(_ context.Context, lines []string) error {
			_, err := f.WriteString(strings.Join(lines, "\n") + "\n")
			return err
		}, f.Close, nil
	}
	client, _, err := c.cluster(sh.Context(), a.servers)
	if err != nil {
		return nil, nil, err
	}
	p, err := client.Producer(sh.Context(), kafka.ProducerConfig{})
	if err != nil {
		return nil, nil, errors.Join(err, client.Close())
	}
	return func(ctx context.Context, lines []string) error {
		for _, l := range lines {
			r := kafka.Record{TopicPartition: kafka.TopicPartition{Topic: a.to, Partition: kafka.AnyPartition}, Value: []byte(l)}
			if err := p.Send(ctx, &r); err != nil {
				return err
			}
		}
		return p.Flush(ctx)
	}, func() error { return client.Close() }, nil
}

func (c *Commands) stopGen(sh *repl.Shell, words []string) error {
	c.mu.Lock()
	ending := maps.Clone(c.generations)
	c.mu.Unlock()
	if len(words) == 1 {
		n, err := strconv.Atoi(words[0])
		if err != nil || ending[n] == nil {
			return fmt.Errorf("gen: no number %s; :gen lists them", words[0])
		}
		ending = map[int]*generation{n: ending[n]}
	}
	if len(ending) == 0 {
		return errors.New("nothing is being generated")
	}
	for _, n := range slices.Sorted(maps.Keys(ending)) {
		ending[n].close()
		sh.Notice(fmt.Sprintf("gen %d: stopped after %d records", n, ending[n].sent.Load()))
	}
	return nil
}

// generated lists what is on its way.
func (c *Commands) generated() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.generations) == 0 {
		return "nothing is being generated; :gen words 5 to 9999 sends lines to a port, :help gen shows more\n"
	}
	rows := [][]string{{"N", "SENT", "WHAT"}}
	for _, n := range slices.Sorted(maps.Keys(c.generations)) {
		g := c.generations[n]
		rows = append(rows, []string{fmt.Sprint(n), fmt.Sprint(g.sent.Load()), g.text})
	}
	return table(rows)
}

func (c *Commands) completeGen(_ *repl.Shell, args string) (int, []repl.Candidate) {
	from := strings.LastIndexByte(args, ' ') + 1
	words := append(slices.Sorted(maps.Keys(samples)), "stop")
	if from > 0 {
		words = []string{"to", "seed=", "count=", "servers="}
	}
	var cands []repl.Candidate
	for _, w := range words {
		if strings.HasPrefix(w, args[from:]) {
			cands = append(cands, repl.Candidate{Text: w, Detail: samples[w].schema})
		}
	}
	return from, cands
}
