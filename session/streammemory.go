package session

import (
	"fmt"
	"reflect"

	"gospark/runtime/analysis"
	"gospark/runtime/batch"
	"gospark/runtime/condition"
	"gospark/runtime/connector"
	inmemory "gospark/runtime/connector/memory"
	"gospark/runtime/expr"
	"gospark/runtime/logical"
	"gospark/runtime/types"
)

// A MemoryStream is a stream of rows that a program adds, for trying things out and for tests.
//
//	clicks := NewMemoryStream(spark, "user STRING, n INT")
//	q := clicks.ToDF().GroupBy("user").Count().WriteStream().Format("memory").QueryName("counts").OutputMode("complete").Start()
//	clicks.AddData([]any{"ann", 1}, []any{"bob", 2})
//	q.ProcessAllAvailable()
//	spark.Table("counts").Show()
type MemoryStream struct {
	spark  *SparkSession
	name   string
	stream *inmemory.Stream
}

// NewMemoryStream makes a stream of rows of a schema: DDL text ("a INT, b STRING"), a *StructType, or a struct whose fields
// are the columns. It is also a source of format memory, under the option stream.
func NewMemoryStream(spark *SparkSession, schema any) *MemoryStream {
	var t *types.Type
	switch x := schema.(type) {
	case string:
		t = check(types.ParseDDL(x))
	case *StructType:
		t = x
	default:
		v := reflect.TypeOf(schema)
		if v == nil || v.Kind() != reflect.Struct {
			raise("NewMemoryStream", fmt.Errorf("want DDL text, a *StructType or a struct, have %T", schema))
		}
		t = check(structOf(v))
	}
	m := &spark.streams.memory
	m.Lock()
	defer m.Unlock()
	s := &MemoryStream{spark: spark, name: fmt.Sprint(len(m.streams))}
	s.stream = inmemory.NewStream(s.name, t)
	m.streams = append(m.streams, s)
	return s
}

// openMemory finds a stream by its number.
func (s *SparkSession) openMemory(_ *logical.DataSource, o connector.Options) (connector.Relation, error) {
	name, _ := o.Lookup("stream")
	m := &s.streams.memory
	m.Lock()
	defer m.Unlock()
	for _, x := range m.streams {
		if x.name == name {
			return x.stream, nil
		}
	}
	return nil, condition.New("", "", "there is no stream in memory %q", name).WithFix(`make one with st := NewMemoryStream(spark, "a INT, b STRING"), and read st.ToDF()`)
}

// ToDF is the stream as a DataFrame.
func (m *MemoryStream) ToDF() *DataFrame {
	return m.spark.ReadStream().Format("memory").Option("stream", m.name).Load()
}

// AddData adds rows, each a struct, a map or a slice of values, or one value for a stream of one column. All rows of a call
// are in one batch.
func (m *MemoryStream) AddData(rows ...any) {
	t := m.stream.Schema()
	b := &batch.Batch{N: len(rows)}
	for _, f := range t.Fields {
		b.Cols = append(b.Cols, batch.ForType(f.Type, len(rows)))
	}
	for i, r := range rows {
		row, err := toRow(reflect.ValueOf(r), t, m.spark.engine.Zone())
		if err != nil {
			raise("AddData", fmt.Errorf("row %d: %w", i, err))
		}
		for c, v := range row {
			b.Cols[c].AppendAny(v)
		}
	}
	m.stream.Add(b)
}

// ShellType is the type as the shell shows it.
func (m *MemoryStream) ShellType() string { return "MemoryStream" }

// ShellString is the columns.
func (m *MemoryStream) ShellString() string { return m.stream.Schema().String() }

// memoryTable lets SQL read what a query writes into memory. A reader sees whole batches.
type memoryTable struct{ *inmemory.Table }

// Splits are the rows that are there when the query is planned.
func (t memoryTable) Splits(columns []int, _ []expr.Expr) ([]connector.Split, error) {
	var all []*batch.Batch
	for _, b := range t.Rows() {
		p := &batch.Batch{N: b.N, Sel: b.Sel}
		for _, c := range columns {
			p.Cols = append(p.Cols, b.Cols[c])
		}
		all = append(all, p)
	}
	return []connector.Split{&connector.MemorySplit{Batches: all}}, nil
}

// name makes a table known to SQL.
func (t memoryTable) register(s *SparkSession, name string) {
	s.engine.Catalog.SetView(name, &analysis.Table{Name: []string{name}, Source: t})
}
