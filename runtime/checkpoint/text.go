package checkpoint

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
)

// An OffsetSeq is what a batch reads.
type OffsetSeq struct {
	BatchWatermarkMs int64
	BatchTimestampMs int64
	// Conf is the configuration that must stay the same from start to start.
	Conf map[string]string
	// Offsets are the ends of the sources, in the order of the query; nil where a source has given nothing yet.
	Offsets []json.RawMessage
}

// A Commit says that a batch is finished.
type Commit struct {
	NextBatchWatermarkMs int64 `json:"nextBatchWatermarkMs"`
}

const header = "v1"

// confOrder is the order Spark writes the configuration in; what it does not know follows by name.
var confOrder = []string{
	"spark.sql.streaming.stateStore.providerClass",
	"spark.sql.streaming.stateStore.rocksdb.mergeOperatorVersion",
	"spark.sql.streaming.stateStore.rocksdb.formatVersion",
	"spark.sql.streaming.queryEvolution.enableSourceEvolution",
	"spark.sql.streaming.stateStore.encodingFormat",
	"spark.sql.streaming.statefulOperator.useStrictDistribution",
	"spark.sql.streaming.flatMapGroupsWithState.stateFormatVersion",
	"spark.sql.streaming.multipleWatermarkPolicy",
	"spark.sql.streaming.stateStore.rowChecksum.enabled",
	"spark.sql.streaming.aggregation.stateFormatVersion",
	"spark.sql.function.protobufExtensions.enabled",
	"spark.sql.shuffle.partitions",
	"spark.sql.streaming.join.stateFormatVersion",
	"spark.sql.streaming.stateStore.compression.codec",
	"spark.sql.optimizer.pruneFiltersCanPruneStreamingSubplan",
}

// offsetsText is the header, a line of metadata, and a line for each source: its offset, or - when it has none.
func offsetsText(o OffsetSeq) ([]byte, error) {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s\n{\"batchWatermarkMs\":%d,\"batchTimestampMs\":%d,\"conf\":{", header, o.BatchWatermarkMs, o.BatchTimestampMs)
	if err := writeConf(&b, o.Conf); err != nil {
		return nil, err
	}
	b.WriteString("}}")
	if len(o.Offsets) == 0 {
		return nil, errors.New("there is no offset")
	}
	for i, line := range o.Offsets {
		b.WriteByte('\n')
		if line == nil {
			b.WriteByte('-')
			continue
		}
		if err := json.Compact(&b, line); err != nil {
			return nil, fmt.Errorf("offset of source %d: %w", i, err)
		}
	}
	return b.Bytes(), nil
}

func writeConf(b *bytes.Buffer, conf map[string]string) error {
	var keys []string
	for _, k := range confOrder {
		if _, ok := conf[k]; ok {
			keys = append(keys, k)
		}
	}
	for _, k := range slices.Sorted(maps.Keys(conf)) {
		if !slices.Contains(confOrder, k) {
			keys = append(keys, k)
		}
	}
	for i, k := range keys {
		if i > 0 {
			b.WriteByte(',')
		}
		if err := writeText(b, k); err != nil {
			return err
		}
		b.WriteByte(':')
		if err := writeText(b, conf[k]); err != nil {
			return err
		}
	}
	return nil
}

// writeText writes a JSON string that leaves <, > and & as they are.
func writeText(b *bytes.Buffer, s string) error {
	e := json.NewEncoder(b)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil {
		return err
	}
	b.Truncate(b.Len() - 1) // the encoder ends with a line feed
	return nil
}

func parseOffsets(data []byte) (OffsetSeq, error) {
	var o OffsetSeq
	lines, err := body(data)
	if err != nil {
		return o, err
	}
	var m struct {
		Watermark *int64            `json:"batchWatermarkMs"`
		Timestamp *int64            `json:"batchTimestampMs"`
		Conf      map[string]string `json:"conf"`
	}
	if err := json.Unmarshal(lines[0], &m); err != nil {
		return o, fmt.Errorf("its metadata line: %w", err)
	}
	if m.Watermark == nil || m.Timestamp == nil {
		return o, errors.New("its metadata line has no watermark or no time")
	}
	if len(lines) < 2 {
		return o, errors.New("it has no offsets")
	}
	o = OffsetSeq{BatchWatermarkMs: *m.Watermark, BatchTimestampMs: *m.Timestamp, Conf: m.Conf}
	for i, line := range lines[1:] {
		switch {
		case string(line) == "-":
			line = nil
		case !json.Valid(line):
			return o, fmt.Errorf("the offset of source %d is not JSON", i)
		}
		o.Offsets = append(o.Offsets, line)
	}
	return o, nil
}

func commitText(c Commit) ([]byte, error) {
	return fmt.Appendf(nil, "%s\n{\"nextBatchWatermarkMs\":%d}", header, c.NextBatchWatermarkMs), nil
}

func parseCommit(data []byte) (Commit, error) {
	var c Commit
	lines, err := body(data)
	if err != nil {
		return c, err
	}
	if err := json.Unmarshal(lines[0], &c); err != nil {
		return c, err
	}
	return c, nil
}

// body is the lines below the header, at least one.
func body(data []byte) ([][]byte, error) {
	first, rest, ok := bytes.Cut(data, []byte("\n"))
	if string(first) != header && (ok || len(first) > 0) {
		return nil, fmt.Errorf("its first line is %q, not %q", first, header)
	}
	rest = bytes.TrimSuffix(rest, []byte("\n"))
	if len(rest) == 0 {
		return nil, errors.New("it is cut off")
	}
	return bytes.Split(rest, []byte("\n")), nil
}
