package builtins

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"syscall"
	"time"
	"unicode/utf8"

	"gospark/repl"
	"gospark/runtime/connector/kafka"
	"gospark/runtime/connector/kafka/broker"
)

// A lessonBroker is a broker started by :broker.
type lessonBroker struct {
	*broker.Broker
	port   int
	number int // of those that were started
}

func (b *lessonBroker) close() { b.Broker.Close() }

const defaultServers = "localhost:9092"

const kafkaHelp = "The servers are those of the last :broker, or localhost:9092; servers=host:port,… names others."

func (c *Commands) kafkaCommands() []repl.Command {
	return []repl.Command{
		{Name: "broker", Args: "[port | topic name [partitions] | stop]", Short: "run a Kafka broker inside the shell, for lessons",
			Help: `:broker                      listen on 127.0.0.1:9092 (in memory; any Kafka client works)
:broker 19092                on another port
:broker topic clicks 4       create a topic with 4 partitions
:broker stop                 end it; what it held is gone`, Run: c.broker},
		{Name: "topics", Args: "[servers=…] [name]", Short: "list a Kafka cluster's topics: partitions, offsets, records", Help: kafkaHelp, Run: c.topics},
		{Name: "peek", Args: "topic [n] [servers=…]", Short: "show the last records of a topic without consuming them", Help: kafkaHelp, Run: c.peek},
		{Name: "produce", Args: "topic [key=]value [servers=…]", Short: "send a record to a topic",
			Help: kafkaHelp + "\n:produce clicks words 100 sends a hundred generated records (words, numbers, clicks, tweets, sensors).", Run: c.produce},
		{Name: "lag", Args: "[query | group [topic]] [servers=…]", Short: "show how far a streaming query or a consumer group is behind",
			Help: kafkaHelp + "\nQueries keep their offsets in the checkpoint, not in a group: :lag of one shows its last batch.", Complete: c.completeStreams, Run: c.lag},
	}
}

func (c *Commands) broker(sh *repl.Shell, args string) error {
	words := strings.Fields(args)
	switch {
	case len(words) == 0:
		return c.startBroker(sh, 9092)
	case words[0] == "topic" && len(words) >= 2:
		return c.createTopic(sh, words[1:])
	case words[0] == "stop":
		c.mu.Lock()
		brokers := c.brokers
		c.brokers = nil
		c.mu.Unlock()
		if len(brokers) == 0 {
			return errors.New("no broker runs in this shell")
		}
		for _, b := range brokers {
			addr := b.Addr() // of one that is closed it does not answer
			b.close()
			sh.Notice(fmt.Sprintf("the broker on %s has ended; what it held is gone", addr))
		}
		return nil
	}
	port, err := strconv.Atoi(words[0])
	if err != nil || len(words) > 1 {
		return usage(":broker, :broker PORT, :broker topic NAME [PARTITIONS] or :broker stop")
	}
	return c.startBroker(sh, port)
}

func (c *Commands) startBroker(sh *repl.Shell, port int) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.brokers[port] != nil {
		return fmt.Errorf("a broker runs on 127.0.0.1:%d already", port)
	}
	b, err := broker.Start(broker.Config{Ports: []int{port}, CreateTopics: true})
	if errors.Is(err, syscall.EADDRINUSE) {
		return fmt.Errorf("broker: port %d is taken by another program; :broker %d uses the next one, :topics servers=localhost:%[1]d asks a Kafka that is there", port, port+1)
	}
	if err != nil {
		return err
	}
	if c.brokers == nil {
		c.brokers = map[int]*lessonBroker{}
	}
	c.started++
	c.brokers[port] = &lessonBroker{b, port, c.started}
	sh.Notice(fmt.Sprintf("a Kafka broker listens on %s; :broker topic clicks 4 makes a topic, :produce clicks hello fills it", b.Addr()))
	return nil
}

func (c *Commands) createTopic(sh *repl.Shell, words []string) error {
	b := c.lastBroker()
	if b == nil {
		return errors.New("no broker runs in this shell; :broker starts one")
	}
	parts := 1
	if len(words) > 1 {
		n, err := strconv.Atoi(words[1])
		if err != nil || n < 1 || len(words) > 2 {
			return usage(":broker topic NAME PARTITIONS, such as :broker topic clicks 4")
		}
		parts = n
	}
	if err := b.CreateTopic(words[0], int32(parts), nil); err != nil {
		return err
	}
	sh.Notice(fmt.Sprintf("topic %s, %d partitions", words[0], parts))
	return nil
}

// lastBroker is the broker that was started last, nil if there is none.
func (c *Commands) lastBroker() *lessonBroker {
	c.mu.Lock()
	defer c.mu.Unlock()
	var last *lessonBroker
	for _, b := range c.brokers {
		if last == nil || b.number > last.number {
			last = b
		}
	}
	return last
}

// cluster connects to the servers named in the arguments, and returns the other words.
func (c *Commands) cluster(ctx context.Context, args string) (*kafka.Client, []string, error) {
	servers := defaultServers
	if b := c.lastBroker(); b != nil {
		servers = b.Addr()
	}
	var rest []string
	for _, w := range strings.Fields(args) {
		if s, ok := strings.CutPrefix(w, "servers="); ok {
			servers = s
			continue
		}
		rest = append(rest, w)
	}
	cfg, err := kafka.ParseConfig(map[string]any{"bootstrap.servers": servers})
	if err != nil {
		return nil, nil, err
	}
	client, err := kafka.Dial(ctx, cfg)
	return client, rest, err
}

func (c *Commands) topics(sh *repl.Shell, args string) error {
	client, names, err := c.cluster(sh.Context(), args)
	if err != nil {
		return err
	}
	defer client.Close()
	all, err := client.Topics(sh.Context(), names...)
	if err != nil {
		return err
	}
	rows := [][]string{{"TOPIC", "PARTITIONS", "RECORDS", "OFFSETS"}}
	for _, t := range all {
		if t.Internal && len(names) == 0 {
			continue
		}
		var offsets []string
		for _, p := range t.Partitions {
			offsets = append(offsets, fmt.Sprintf("%d: %d-%d", p.ID, p.Earliest, p.Latest))
		}
		rows = append(rows, []string{t.Name, fmt.Sprint(len(t.Partitions)), fmt.Sprint(t.Records()), strings.Join(offsets, ", ")})
	}
	if len(rows) == 1 {
		sh.Print("no topics\n")
		return nil
	}
	sh.Print(table(rows))
	return nil
}

func (c *Commands) peek(sh *repl.Shell, args string) error {
	client, words, err := c.cluster(sh.Context(), args)
	if err != nil {
		return err
	}
	defer client.Close()
	n := 10
	if len(words) == 2 {
		if n, err = strconv.Atoi(words[1]); err != nil || n < 1 {
			return usage(":peek TOPIC N, such as :peek clicks 20")
		}
	} else if len(words) != 1 {
		return usage(":peek TOPIC [N]")
	}
	records, err := client.Peek(sh.Context(), words[0], n)
	if err != nil {
		return err
	}
	if len(records) == 0 {
		sh.Print("no records\n")
		return nil
	}
	rows := [][]string{{"PARTITION", "OFFSET", "TIME", "KEY", "VALUE"}}
	for _, r := range records {
		rows = append(rows, []string{fmt.Sprint(r.Partition), fmt.Sprint(r.Offset), r.Time.UTC().Format(time.DateTime), text(r.Key), text(r.Value)})
	}
	sh.Print(table(rows))
	return nil
}

// text shows bytes: as they are when they are text on one line, quoted otherwise.
func text(b []byte) string {
	if b == nil {
		return "null"
	}
	s := string(b)
	if utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' }) {
		return s
	}
	return strconv.Quote(s)
}

func (c *Commands) produce(sh *repl.Shell, args string) error {
	client, words, err := c.cluster(sh.Context(), args)
	if err != nil {
		return err
	}
	defer client.Close()
	if len(words) < 2 {
		return usage(":produce TOPIC VALUE, or :produce TOPIC KEY=VALUE")
	}
	p, err := client.Producer(sh.Context(), kafka.ProducerConfig{})
	if err != nil {
		return err
	}
	var records []kafka.Record
	if gen := samples[words[1]].line; gen != nil && len(words) == 3 {
		n, err := strconv.Atoi(words[2])
		if err != nil || n < 1 {
			return usage(":produce TOPIC %s COUNT", words[1])
		}
		for i := range n {
			records = append(records, kafka.Record{Value: []byte(gen(now, i))})
		}
	} else {
		value := strings.Join(words[1:], " ")
		r := kafka.Record{Value: []byte(value)}
		if k, v, ok := strings.Cut(value, "="); ok && !strings.ContainsAny(k, " {\"") {
			r.Key, r.Value = []byte(k), []byte(v)
		}
		records = append(records, r)
	}
	for i := range records {
		records[i].TopicPartition = kafka.TopicPartition{Topic: words[0], Partition: kafka.AnyPartition}
		if err := p.Send(sh.Context(), &records[i]); err != nil {
			return err
		}
	}
	if err := p.Flush(sh.Context()); err != nil {
		return err
	}
	sh.Notice(fmt.Sprintf("%d sent to %s", len(records), words[0]))
	return nil
}

func (c *Commands) lag(sh *repl.Shell, args string) error {
	name := strings.TrimSpace(args)
	if q, err := c.query(sh, name); err == nil {
		text, err := queryLag(q)
		if err != nil {
			return err
		}
		sh.Print(text)
		return nil
	}
	client, words, err := c.cluster(sh.Context(), args)
	if err != nil {
		return err
	}
	defer client.Close()
	if len(words) == 0 {
		return usage(":lag GROUP [TOPIC], or :lag QUERY for a streaming query")
	}
	lags, err := client.Lag(sh.Context(), words[0], words[1:]...)
	if err != nil {
		return err
	}
	if len(lags) == 0 {
		return fmt.Errorf("group %s has committed no offsets", words[0])
	}
	rows := [][]string{{"TOPIC", "PARTITION", "COMMITTED", "LATEST", "BEHIND"}}
	for _, l := range lags {
		rows = append(rows, []string{l.Topic, fmt.Sprint(l.Partition), fmt.Sprint(l.Committed), fmt.Sprint(l.Latest), fmt.Sprint(l.Behind())})
	}
	sh.Print(table(rows))
	return nil
}
