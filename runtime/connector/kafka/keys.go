package kafka

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// A key is one configuration name of Kafka. set takes the value as text.
type key struct {
	set     func(c *Config, value string) error
	refused string // why it must not be set
	ignored string // why it does nothing here
}

const noGroup = "no consumer group is joined"

// consumerKeys are the names of Kafka's consumer configuration. Names that are not here are mistakes.
var consumerKeys = map[string]key{
	"bootstrap.servers":         {set: func(c *Config, v string) error { c.Servers = splitList(v); return nil }},
	"client.id":                 {set: func(c *Config, v string) error { c.ClientID = v; return nil }},
	"client.rack":               {set: func(c *Config, v string) error { c.ClientRack = v; return nil }},
	"group.id":                  {set: func(c *Config, v string) error { c.GroupID = v; return nil }},
	"auto.offset.reset":         {set: setReset},
	"isolation.level":           {set: setIsolation},
	"allow.auto.create.topics":  {set: func(c *Config, v string) (err error) { c.CreateTopics, err = strconv.ParseBool(v); return }},
	"max.partition.fetch.bytes": {set: func(c *Config, v string) (err error) { c.MaxBytes, err = positive(v); return }},
	"metadata.max.age.ms":       {set: millis(func(c *Config) *time.Duration { return &c.MetadataAge })},
	"fetch.max.wait.ms":         {set: millis(func(c *Config) *time.Duration { return &c.PollWait })},
	"request.timeout.ms":        {set: millis(func(c *Config) *time.Duration { return &c.RequestTimeout })},
	"default.api.timeout.ms":    {set: millis(func(c *Config) *time.Duration { return &c.RetryFor })},
	"connections.max.idle.ms":   {set: millis(func(c *Config) *time.Duration { return &c.IdleTimeout })},
	"retry.backoff.max.ms":      {set: millis(func(c *Config) *time.Duration { return &c.RetryBackoffMax })},

	"socket.connection.setup.timeout.ms": {set: millis(func(c *Config) *time.Duration { return &c.DialTimeout })},

	"security.protocol": {set: func(c *Config, v string) error { c.Security.Protocol = v; return nil }},
	"sasl.mechanism":    {set: func(c *Config, v string) error { c.Security.Mechanism = v; return nil }},
	"sasl.jaas.config":  {set: func(c *Config, v string) error { c.Security.JAAS = v; return nil }},

	"ssl.truststore.location":               {set: func(c *Config, v string) error { c.Security.TruststoreFile = v; return nil }},
	"ssl.ca.location":                       {set: func(c *Config, v string) error { c.Security.TruststoreFile = v; return nil }}, // librdkafka's name
	"ssl.truststore.certificates":           {set: func(c *Config, v string) error { c.Security.TruststorePEM = v; return nil }},
	"ssl.truststore.type":                   {set: setStoreType},
	"ssl.keystore.location":                 {set: func(c *Config, v string) error { c.Security.KeystoreFile = v; return nil }},
	"ssl.keystore.certificate.chain":        {set: func(c *Config, v string) error { c.Security.CertificatePEM = v; return nil }},
	"ssl.keystore.key":                      {set: func(c *Config, v string) error { c.Security.KeyPEM = v; return nil }},
	"ssl.keystore.type":                     {set: setStoreType},
	"ssl.endpoint.identification.algorithm": {set: setHostname},
	"ssl.truststore.password":               {ignored: "PEM certificates are not encrypted"},
	"ssl.keystore.password":                 {ignored: "the key must be unencrypted PEM"},
	"ssl.key.password":                      {ignored: "the key must be unencrypted PEM"},
	"ssl.protocol":                          {ignored: "TLS 1.2 or later is agreed with the broker"},
	"ssl.enabled.protocols":                 {ignored: "TLS 1.2 or later is agreed with the broker"},

	"key.deserializer":        {set: deserializer},
	"value.deserializer":      {set: deserializer},
	"enable.auto.commit":      {set: autoCommit},
	"auto.commit.interval.ms": {ignored: "offsets are committed by CommitAsync only"},
	"interceptor.classes":     {refused: "records are not passed through Java classes; use a transformation"},

	"session.timeout.ms":            {ignored: noGroup},
	"heartbeat.interval.ms":         {ignored: noGroup},
	"max.poll.interval.ms":          {ignored: noGroup},
	"max.poll.records":              {ignored: "a batch is limited by rows per trigger or partition"},
	"partition.assignment.strategy": {ignored: noGroup},
	"group.instance.id":             {ignored: noGroup},
	"group.protocol":                {ignored: noGroup},
	"group.remote.assignor":         {ignored: noGroup},
	"fetch.min.bytes":               {ignored: "a batch has its end before it is fetched"},
	"fetch.max.bytes":               {ignored: "partitions are fetched one by one; set max.partition.fetch.bytes"},
	"check.crcs":                    {set: checkCRCs},
	"receive.buffer.bytes":          {ignored: "the system chooses"},
	"send.buffer.bytes":             {ignored: "the system chooses"},
	"client.dns.lookup":             {ignored: "all addresses are tried"},
	"exclude.internal.topics":       {ignored: "a pattern never matches internal topics"},
	"reconnect.backoff.ms":          {ignored: "set retry.backoff.max.ms"},
	"reconnect.backoff.max.ms":      {ignored: "set retry.backoff.max.ms"},
	"retry.backoff.ms":              {ignored: "the first attempt follows after some milliseconds; set retry.backoff.max.ms"},

	"socket.connection.setup.timeout.max.ms": {ignored: "set socket.connection.setup.timeout.ms"},
}

func setReset(c *Config, v string) error {
	at, ok := map[string]StartAt{"latest": StartAtEnd, "earliest": StartAtBeginning, "none": StartAtGroup}[strings.ToLower(v)]
	if !ok {
		return fmt.Errorf("want latest, earliest or none")
	}
	c.Start.At = at
	return nil
}

func setIsolation(c *Config, v string) error {
	switch strings.ToLower(v) {
	case "read_committed":
		c.Committed = true
	case "read_uncommitted":
		c.Committed = false
	default:
		return fmt.Errorf("want read_committed or read_uncommitted")
	}
	return nil
}

func setStoreType(c *Config, v string) error {
	if !strings.EqualFold(v, "PEM") {
		return fmt.Errorf("only PEM is supported; convert with keytool -importkeystore (to PKCS12) and openssl pkcs12 (to PEM)")
	}
	return nil
}

func setHostname(c *Config, v string) error {
	switch strings.ToLower(v) {
	case "https":
		c.Security.SkipHostname = false
	case "":
		c.Security.SkipHostname = true
	default:
		return fmt.Errorf("want https, or nothing to leave the host name unchecked")
	}
	return nil
}

func deserializer(c *Config, v string) error {
	if strings.HasSuffix(v, "StringDeserializer") || strings.HasSuffix(v, "ByteArrayDeserializer") {
		return nil // keys and values are bytes, and a string is bytes
	}
	return fmt.Errorf("keys and values arrive as bytes; convert them in a Map")
}

func autoCommit(c *Config, v string) error {
	if on, err := strconv.ParseBool(v); err != nil || on {
		return fmt.Errorf("must be false: offsets are stored with the results, or by CommitAsync")
	}
	return nil
}

func checkCRCs(c *Config, v string) error {
	if on, err := strconv.ParseBool(v); err != nil || !on {
		return fmt.Errorf("checksums are always checked")
	}
	return nil
}

func millis(field func(*Config) *time.Duration) func(*Config, string) error {
	return func(c *Config, v string) error {
		n, err := positive(v)
		*field(c) = time.Duration(n) * time.Millisecond
		return err
	}
}

func positive(v string) (int, error) {
	n, err := strconv.ParseInt(v, 10, 32)
	if err != nil || n <= 0 {
		return 0, fmt.Errorf("want a positive whole number")
	}
	return int(n), nil
}

func splitList(v string) []string {
	var list []string
	for _, s := range strings.Split(v, ",") {
		if s = strings.TrimSpace(s); s != "" {
			list = append(list, s)
		}
	}
	return list
}
