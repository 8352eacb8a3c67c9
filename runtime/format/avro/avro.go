// Package avro reads and writes Avro object container files as Spark does: the schema in the file's head says what is
// there, and records are decoded straight into columns. Fields that nobody wants are skipped.
//
// Schemas are read by hamba/avro, and so are numbers and strings; blocks and columns are read here. A union of null and
// another type is a column that may be null; other unions are refused.
package avro

import (
	"bufio"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"os"

	"github.com/hamba/avro/v2"

	"gospark/runtime/condition"
	"gospark/runtime/format"
	"gospark/runtime/types"
)

// Format is Avro.
type Format struct{}

var _ format.Format = Format{}

// Name is what Spark calls the format in messages.
func (Format) Name() string { return "AVRO" }

// Splittable is true: a range has the blocks that begin in it.
func (Format) Splittable(format.File, *format.Env) bool { return true }

const magic = "Obj\x01"

// A head is what stands at the beginning of a file.
type head struct {
	schema avro.Schema
	codec  string
	sync   [16]byte
	size   int64 // bytes of the head
}

// readHead reads the head of a file.
func readHead(f *os.File) (*head, error) {
	in := &counted{r: bufio.NewReader(f)}
	var m [4]byte
	if _, err := io.ReadFull(in, m[:]); err != nil || string(m[:]) != magic {
		return nil, fmt.Errorf("not an Avro data file")
	}
	meta := map[string]string{}
	for {
		n, err := binary.ReadVarint(in)
		if err != nil {
			return nil, err
		}
		if n == 0 {
			break
		}
		if n < 0 {
			n = -n
			if _, err := binary.ReadVarint(in); err != nil {
				return nil, err
			}
		}
		for range n {
			k, err := in.text()
			if err != nil {
				return nil, err
			}
			if meta[k], err = in.text(); err != nil {
				return nil, err
			}
		}
	}
	h := &head{codec: meta["avro.codec"]}
	if _, err := io.ReadFull(in, h.sync[:]); err != nil {
		return nil, err
	}
	h.size = in.n
	var err error
	h.schema, err = avro.Parse(meta["avro.schema"])
	return h, err
}

// counted counts the bytes read.
type counted struct {
	r *bufio.Reader
	n int64
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

func (c *counted) ReadByte() (byte, error) {
	b, err := c.r.ReadByte()
	if err == nil {
		c.n++
	}
	return b, err
}

// maxText bounds a string in a head.
const maxText = 64 << 20

func (c *counted) text() (string, error) {
	n, err := binary.ReadVarint(c)
	if err != nil {
		return "", err
	}
	if n < 0 || n > maxText {
		return "", fmt.Errorf("a string of %d bytes", n)
	}
	b := make([]byte, n)
	_, err = io.ReadFull(c, b)
	return string(b), err
}

// Infer takes the columns from the head of the first file.
func (Format) Infer(_ context.Context, files []format.File, e *format.Env) (*types.Type, error) {
	if text := e.Options.Text("avroSchema", ""); text != "" {
		s, err := avro.Parse(text)
		if err != nil {
			return nil, err
		}
		return recordType(s)
	}
	if len(files) == 0 {
		return nil, nil
	}
	f, err := os.Open(files[0].Path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	h, err := readHead(f)
	if err != nil {
		return nil, condition.New("FAILED_READ_FILE.NO_HINT", "KD001", "Encountered error while reading file %s. ", files[0].URI()).WithParam("path", files[0].URI()).WithFix("%v", err)
	}
	return recordType(h.schema)
}

func recordType(s avro.Schema) (*types.Type, error) {
	t, _, err := typeOf(s, nil)
	if err != nil {
		return nil, err
	}
	if t.Kind != types.StructKind {
		return nil, incompatible(s)
	}
	return t, nil
}

func incompatible(s avro.Schema) error {
	return condition.New("_LEGACY_ERROR_TEMP_AVRO", "", "Unsupported Avro type %s.", s.String())
}

// typeOf is the type of a schema, and whether it may be null. Within are the records around it.
func typeOf(s avro.Schema, within []string) (t *types.Type, null bool, err error) {
	switch s := s.(type) {
	case *avro.RefSchema:
		return typeOf(s.Schema(), within)
	case *avro.UnionSchema:
		rest, null := withoutNull(s)
		if len(rest) != 1 {
			return nil, false, incompatible(s)
		}
		t, _, err := typeOf(rest[0], within)
		return t, null, err
	case *avro.RecordSchema:
		for _, w := range within {
			if w == s.FullName() {
				return nil, false, condition.New("RECURSIVE_AVRO", "", "Found recursive reference in Avro schema, which can not be processed by Spark: %s", s.FullName())
			}
		}
		t := types.StructOf()
		for _, f := range s.Fields() {
			ft, null, err := typeOf(f.Type(), append(within, s.FullName()))
			if err != nil {
				return nil, false, err
			}
			t.Fields = append(t.Fields, types.Field{Name: f.Name(), Type: ft, Nullable: null})
		}
		return t, false, nil
	case *avro.ArraySchema:
		e, null, err := typeOf(s.Items(), within)
		return types.ArrayOf(e, null), false, err
	case *avro.MapSchema:
		v, null, err := typeOf(s.Values(), within)
		return types.MapOf(types.String, v, null), false, err
	case *avro.EnumSchema:
		return types.String, false, nil
	case *avro.FixedSchema:
		if d, ok := s.Logical().(*avro.DecimalLogicalSchema); ok {
			return types.DecimalOf(d.Precision(), d.Scale()), false, nil
		}
		return types.Binary, false, nil
	case *avro.PrimitiveSchema:
		return primitiveType(s)
	}
	return nil, false, incompatible(s)
}

func withoutNull(s *avro.UnionSchema) (rest []avro.Schema, null bool) {
	for _, b := range s.Types() {
		if b.Type() == avro.Null {
			null = true
			continue
		}
		rest = append(rest, b)
	}
	return rest, null
}

// plain are the types of primitives without a logical type.
var plain = map[avro.Type]*types.Type{avro.Boolean: types.Boolean, avro.Int: types.Int, avro.Long: types.Long, avro.Float: types.Float,
	avro.Double: types.Double, avro.String: types.String, avro.Bytes: types.Binary, avro.Null: types.Void}

func primitiveType(s *avro.PrimitiveSchema) (*types.Type, bool, error) {
	if l := s.Logical(); l != nil {
		switch l.Type() {
		case avro.Date:
			return types.Date, false, nil
		case avro.TimestampMillis, avro.TimestampMicros:
			return types.Timestamp, false, nil
		case avro.LocalTimestampMillis, avro.LocalTimestampMicros:
			return types.TimestampNTZ, false, nil
		case avro.Decimal:
			if d, ok := l.(*avro.DecimalLogicalSchema); ok {
				return types.DecimalOf(d.Precision(), d.Scale()), false, nil
			}
		}
	}
	t := plain[s.Type()]
	if t == nil {
		return nil, false, incompatible(s)
	}
	return t, s.Type() == avro.Null, nil
}
