// Package broker runs a Kafka broker inside the process, for lessons and tests: the one of franz-go (kfake), which
// speaks Kafka's protocol to any client, with transactions, groups, retention, compaction and several nodes.
//
// It listens on 127.0.0.1 only. Without a data directory everything is in memory, and topics get a size limit so that a
// lesson that runs overnight does not fill it. With one, topics and records survive, also a kill.
//
// What it does differently from Apache Kafka: message.timestamp.type=LogAppendTime is not honoured (refused here),
// timestamps in the future are accepted, compaction leaves no empty batches, a wrong password closes the connection
// without a word, and a fetch that runs into the limit of the whole answer may lack the list of aborted transactions.
package broker

import (
	"crypto/tls"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"

	"github.com/twmb/franz-go/pkg/kfake"
)

// A Config says how a broker runs. The zero value is one node on a free port, in memory.
type Config struct {
	Ports   []int  // one node each; 0 is any free port
	DataDir string // empty: in memory

	// CreateTopics lets clients create topics by asking for them. In memory only: with a data directory such a topic
	// would be forgotten by a kill.
	CreateTopics bool
	Partitions   int32 // of topics that clients create without saying how many: 1

	TLS  *tls.Config
	User string // with Password: SASL is required, by Mechanism
	Password,
	Mechanism string // PLAIN, SCRAM-SHA-256 (the default), SCRAM-SHA-512

	// Options go to kfake as they are.
	Options []kfake.Opt
}

// A Broker is running until Close.
type Broker struct {
	*kfake.Cluster
	memory bool
	lock   *os.File // nil in memory, where closing it does nothing
	close  sync.Once
}

// memoryLimit is the retention.bytes of a partition of a topic in memory.
const memoryLimit = 256 << 20

// Start starts a broker. Fixed ports that are in use and a data directory that another broker uses are errors.
func Start(cfg Config) (*Broker, error) {
	if cfg.CreateTopics && cfg.DataDir != "" {
		return nil, errors.New("broker: topics created by asking for them are forgotten when the process is killed: create them by name, or keep no data directory")
	}
	if len(cfg.Ports) == 0 {
		cfg.Ports = []int{0}
	}
	if cfg.Partitions == 0 {
		cfg.Partitions = 1
	}
	opts := []kfake.Opt{
		kfake.DefaultNumPartitions(int(cfg.Partitions)),
		// Retention and compaction work at this pace; the default is an hour.
		kfake.BrokerConfigs(map[string]string{"log.cleaner.backoff.ms": "1000"}),
	}
	if fixed := cfg.Ports[0] != 0; fixed {
		opts = append(opts, kfake.Ports(cfg.Ports...))
	} else {
		opts = append(opts, kfake.NumBrokers(len(cfg.Ports)))
	}
	if cfg.CreateTopics {
		opts = append(opts, kfake.AllowAutoTopicCreation())
	}
	if cfg.TLS != nil {
		opts = append(opts, kfake.TLS(cfg.TLS))
	}
	if cfg.User != "" {
		if cfg.Mechanism == "" {
			cfg.Mechanism = "SCRAM-SHA-256"
		}
		opts = append(opts, kfake.EnableSASL(), kfake.Superuser(cfg.Mechanism, cfg.User, cfg.Password))
	}
	b := &Broker{memory: cfg.DataDir == ""}
	if cfg.DataDir != "" {
		lock, err := lockDir(cfg.DataDir)
		if err != nil {
			return nil, fmt.Errorf("broker: data directory %s: %w", cfg.DataDir, err)
		}
		b.lock = lock
		opts = append(opts, kfake.DataDir(cfg.DataDir))
	}
	cluster, err := kfake.NewCluster(append(opts, cfg.Options...)...)
	if err != nil {
		b.lock.Close()
		return nil, fmt.Errorf("broker: %w", err)
	}
	b.Cluster = cluster
	return b, nil
}

// Addr is the bootstrap.servers of the broker.
func (b *Broker) Addr() string { return strings.Join(b.ListenAddrs(), ",") }

// CreateTopic creates a topic. Configuration that the broker would ignore is refused.
func (b *Broker) CreateTopic(name string, partitions int32, config map[string]string) error {
	if name == "" || len(name) > 249 || strings.Trim(name, topicLetters) != "" || name == "." || name == ".." {
		return fmt.Errorf("broker: %q cannot be a topic: letters, digits, '.', '_' and '-' can", name)
	}
	if partitions < 1 {
		return fmt.Errorf("broker: topic %s needs at least one partition", name)
	}
	own := map[string]string{}
	for k, v := range config {
		check, ok := topicConfig[k]
		if !ok {
			return fmt.Errorf("broker: topic %s: unknown configuration %q", name, k)
		}
		if err := check(v); err != nil {
			return fmt.Errorf("broker: topic %s: %s: %w", name, k, err)
		}
		own[k] = v
	}
	if _, ok := own["retention.bytes"]; b.memory && !ok {
		own["retention.bytes"] = strconv.Itoa(memoryLimit)
	}
	if err := b.Cluster.CreateTopic(name, partitions, own); err != nil {
		return fmt.Errorf("broker: topic %s: %w", name, err)
	}
	return nil
}

const topicLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-"

// topicConfig lists what a topic of this broker can be told.
var topicConfig = map[string]func(string) error{
	"cleanup.policy":         oneOf("delete", "compact", "compact,delete", "delete,compact"),
	"compression.type":       oneOf("producer", "uncompressed", "gzip", "snappy", "lz4", "zstd"),
	"delete.retention.ms":    number,
	"max.message.bytes":      number,
	"message.timestamp.type": oneOf("CreateTime"), // kfake keeps the producer's time whatever it is told
	"min.insync.replicas":    number,
	"retention.bytes":        number,
	"retention.ms":           number,
	"segment.bytes":          number,
	"segment.ms":             number,
}

func number(v string) error {
	_, err := strconv.ParseFloat(v, 64)
	if err != nil {
		return fmt.Errorf("%q is no number", v)
	}
	return nil
}

func oneOf(values ...string) func(string) error {
	return func(v string) error {
		for _, is := range values {
			if v == is {
				return nil
			}
		}
		return fmt.Errorf("%q is none of %s", v, strings.Join(values, ", "))
	}
}

// Close stops the broker; the data directory, if any, is complete afterwards.
func (b *Broker) Close() {
	b.close.Do(func() {
		b.Cluster.Close()
		b.lock.Close()
	})
}
