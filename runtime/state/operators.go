package state

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"os"
	"slices"
	"strconv"
)

// An Operator is what the state of one operator looks like, as it is recorded at the first start and compared at every
// later one.
type Operator struct {
	ID         int      `json:"operatorId"`
	Name       string   `json:"operatorName"`
	Partitions int      `json:"numPartitions"`
	Tables     []Schema `json:"tables"`
}

// A Schema is the keys and values of one table: columns in DDL, as types.ToDDL writes them, or any other text that is
// the same for the same bytes.
type Schema struct {
	Table string `json:"table"`
	Key   string `json:"key"`
	Value string `json:"value"`
}

// recordName is the file of the operators: a line with its version, a line of JSON, and a line with the CRC-32C of both.
const (
	recordName    = "operators"
	recordVersion = "v1\n"
)

// Operators is what was recorded, nil when nothing was.
func (p *Provider) Operators() ([]Operator, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.readRecord()
}

func (p *Provider) readRecord() ([]Operator, error) {
	if p.path == "" {
		return slices.Clone(p.recorded), nil
	}
	if p.dir == nil {
		return nil, errClosed
	}
	path := p.dir.Path(recordName)
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("state: %w", err)
	}
	at := bytes.LastIndexByte(data, '\n') + 1
	body, sum := data[:at], data[at:]
	text, ok := bytes.CutPrefix(body, []byte(recordVersion))
	if want := checksum(body); !ok || string(sum) != want {
		return nil, damaged(path, "its last line should be %s", want)
	}
	var ops []Operator
	if err := json.Unmarshal(text, &ops); err != nil {
		return nil, damaged(path, "%v", err)
	}
	return ops, nil
}

func checksum(b []byte) string {
	return "crc32c " + strconv.FormatUint(uint64(crc32.Checksum(b, castagnoli)), 16)
}

func (p *Provider) writeRecord(ops []Operator) error {
	if p.path == "" {
		p.recorded = slices.Clone(ops)
		return nil
	}
	text, err := json.Marshal(ops)
	if err != nil {
		return fmt.Errorf("state: %w", err)
	}
	body := append(append([]byte(recordVersion), text...), '\n')
	if err := p.dir.WriteFile(recordName, append(body, checksum(body)...)); err != nil {
		return fmt.Errorf("state: %w", err)
	}
	return nil
}

// Check compares the operators of a query with the recorded ones, and records what is new. A query that cannot go on
// from this state is refused with an error that says what changed and which rule it breaks:
//
//   - operators may not be added, removed or changed;
//   - the types of the keys and values of a table may not change (names and nullability may);
//   - tables may be added and removed (state variables): a new one is empty;
//   - the number of partitions may change, but needs a [Provider.Rehash] first.
func (p *Provider) Check(ops []Operator) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	old, err := p.readRecord()
	if err != nil {
		return err
	}
	if old == nil {
		if err := p.unrecorded(ops); err != nil {
			return err
		}
		if len(ops) == 0 {
			return nil
		}
		return p.writeRecord(ops)
	}
	if err := compareOperators(old, ops); err != nil {
		return err
	}
	merged := make([]Operator, len(ops))
	for i, o := range ops {
		merged[i] = o
		was := old[slices.IndexFunc(old, func(x Operator) bool { return x.ID == o.ID })]
		merged[i].Tables = slices.Clone(o.Tables)
		for _, t := range was.Tables { // one that comes back must still fit
			if !slices.ContainsFunc(o.Tables, func(x Schema) bool { return x.Table == t.Table }) {
				merged[i].Tables = append(merged[i].Tables, t)
			}
		}
	}
	if equalOperators(old, merged) {
		return nil
	}
	return p.writeRecord(merged)
}

// unrecorded is the error of state that is there, but not what it looks like.
func (p *Provider) unrecorded(ops []Operator) error {
	if p.dir == nil {
		return nil
	}
	if len(p.files) > 0 {
		return damaged(p.dir.Path(recordName), "it is missing, though there is state")
	}
	entries, err := os.ReadDir(p.path)
	if err != nil {
		return fmt.Errorf("state: %w", err)
	}
	for _, e := range entries {
		if _, err := strconv.Atoi(e.Name()); err == nil && e.IsDir() && len(ops) > 0 {
			return fmt.Errorf("state: %s holds state in Spark's own format, which cannot be read; start with another checkpointLocation",
				p.dir.Path(e.Name()))
		}
	}
	return nil
}

func (p *Provider) recordPartitions(operator, n int) error {
	ops, err := p.readRecord()
	if err != nil {
		return err
	}
	for i := range ops {
		if ops[i].ID == operator {
			ops[i].Partitions = n
			return p.writeRecord(ops)
		}
	}
	return nil
}
