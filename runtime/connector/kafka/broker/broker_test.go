package broker

import (
	"context"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// Topics and records are there again after a restart on the same port, and two brokers do not share a directory.
func TestDataDir(t *testing.T) {
	dir := t.TempDir() + "/data"
	b, err := Start(Config{DataDir: dir})
	if err != nil {
		t.Fatal(err)
	}
	if err := b.CreateTopic("words", 2, nil); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	cl, err := kgo.NewClient(kgo.SeedBrokers(b.Addr()))
	if err != nil {
		t.Fatal(err)
	}
	defer cl.Close()
	if err := cl.ProduceSync(ctx, &kgo.Record{Topic: "words", Value: []byte("w")}).FirstErr(); err != nil {
		t.Fatal(err)
	}
	if _, err := Start(Config{DataDir: dir}); err == nil || !strings.Contains(err.Error(), "in use by another broker") {
		t.Errorf("a second broker on the directory: %v", err)
	}
	b.Close()
	b, err = Start(Config{DataDir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	n := int64(0)
	for _, p := range b.PartitionInfos("words") {
		n += p.HighWatermark
	}
	if n != 1 {
		t.Errorf("%d records after the restart", n)
	}
}

func TestRefusals(t *testing.T) {
	b, err := Start(Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	for _, c := range []struct {
		name   string
		parts  int32
		key, v string
		want   string
	}{
		{"a b", 1, "", "", "cannot be a topic"},
		{"t", 0, "", "", "at least one partition"},
		{"t", 1, "retention", "1", `unknown configuration "retention"`},
		{"t", 1, "retention.ms", "soon", "is no number"},
		{"t", 1, "message.timestamp.type", "LogAppendTime", "is none of CreateTime"},
	} {
		config := map[string]string{}
		if c.key != "" {
			config[c.key] = c.v
		}
		if err := b.CreateTopic(c.name, c.parts, config); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v: %v", c, err)
		}
	}
	if _, err := Start(Config{CreateTopics: true, DataDir: t.TempDir()}); err == nil {
		t.Error("topics that a kill would forget")
	}
	_, port, _ := strings.Cut(b.Addr(), ":")
	n, err := strconv.Atoi(port)
	if err != nil {
		t.Fatal(err)
	}
	if second, err := Start(Config{Ports: []int{n}}); err == nil {
		second.Close()
		t.Error("two brokers on one port")
	}
}
