package session

import (
	"fmt"
	"math"
	"reflect"

	"gospark/runtime/logical"
	"gospark/runtime/types"
)

// DataFrameStatFunctions are statistics of columns.
type DataFrameStatFunctions struct{ df *DataFrame }

// Stat gives the statistics of columns: df.Stat().Corr("a", "b").
func (df *DataFrame) Stat() *DataFrameStatFunctions { return &DataFrameStatFunctions{df} }

// Corr is Pearson's correlation of two columns of numbers.
func (s *DataFrameStatFunctions) Corr(a, b string, method ...string) float64 {
	if len(method) > 0 && method[0] != "pearson" {
		mistake("Corr", "currently only the Pearson Correlation coefficient is supported, have %q", method[0])
	}
	return s.number("Corr", "corr", a, b)
}

// Cov is the sample covariance of two columns of numbers.
func (s *DataFrameStatFunctions) Cov(a, b string) float64 {
	return s.number("Cov", "covar_samp", a, b)
}

func (s *DataFrameStatFunctions) number(method, f, a, b string) float64 {
	for _, n := range []string{a, b} {
		if t := s.df.Select(n).Schema().Fields[0].Type; !t.Numeric() {
			mistake(method, "want columns of numbers, have %s %s", n, t)
		}
	}
	v, ok := s.df.Agg(call(f, Col(a).e, Col(b).e)).Collect()[0].Get(0).(float64)
	if !ok {
		return math.NaN()
	}
	return v
}

// Crosstab counts how often values of two columns come together: a row for each value of the first, a column for each of
// the second.
func (s *DataFrameStatFunctions) Crosstab(a, b string) *DataFrame {
	text := func(n string) *Column { return When(Col(n).IsNull(), "null").Otherwise(Col(n).Cast("string")) }
	return s.df.GroupBy(text(a).As(a + "_" + b)).Pivot(text(b)).Agg(Count("*")).Na().Fill(0)
}

// FreqItems finds the values of columns that are in at least a fraction of the rows, 0.01 if none is given; there may be
// others among them. They are arrays in columns named a_freqItems.
func (s *DataFrameStatFunctions) FreqItems(cols []string, support ...float64) *DataFrame {
	least := 0.01
	if len(support) > 0 {
		least = support[0]
	}
	if !(least > 1e-4 && least <= 1) {
		mistake("FreqItems", "Support must be in [1e-4, 1], but got %v", least)
	}
	picked := s.df.Select(cols)
	fields := picked.Schema().Fields
	counters := make([]itemCounter, len(fields))
	for i := range counters {
		counters[i] = itemCounter{size: max(1, int(1/least)), at: map[string]int{}}
	}
	for _, row := range picked.execute("freqItems", picked.rel).Rows() {
		for i, v := range row {
			counters[i].add(v, fields[i].Type)
		}
	}
	out := make([]types.Field, len(fields))
	values := make([]any, len(fields))
	for i, f := range fields {
		out[i] = types.Field{Name: f.Name + "_freqItems", Type: types.ArrayOf(f.Type, true), Nullable: true}
		values[i] = counters[i].items
	}
	return s.df.with(&logical.LocalRelation{Schema: types.StructOf(out...), Rows: [][]any{values}})
}

// An itemCounter finds frequent values in one pass with few counters (Karp, Schenker and Papadimitriou).
type itemCounter struct {
	size   int
	at     map[string]int // by the value's text
	keys   []string
	items  []any
	counts []int64
}

func (c *itemCounter) add(v any, t *types.Type) {
	key := "null"
	if v != nil {
		key = "=" + types.Text(v, t, types.CastText, nil)
	}
	if i, ok := c.at[key]; ok {
		c.counts[i]++
		return
	}
	if len(c.items) < c.size {
		c.at[key] = len(c.items)
		c.keys, c.items, c.counts = append(c.keys, key), append(c.items, v), append(c.counts, 1)
		return
	}
	kept := 0
	for i, k := range c.keys { // one less of each, and of the new one
		if c.counts[i]--; c.counts[i] == 0 {
			delete(c.at, k)
			continue
		}
		c.keys[kept], c.items[kept], c.counts[kept] = k, c.items[i], c.counts[i]
		c.at[k] = kept
		kept++
	}
	c.keys, c.items, c.counts = c.keys[:kept], c.items[:kept], c.counts[:kept]
}

// ApproxQuantile finds values below which the given fractions of a column's values are: 0.5 is the median. The error is
// relative to the number of rows; 0 is exact and dearer.
func (s *DataFrameStatFunctions) ApproxQuantile(col string, probabilities []float64, relativeError float64) []float64 {
	return s.ApproxQuantiles([]string{col}, probabilities, relativeError)[0]
}

// ApproxQuantiles is ApproxQuantile of several columns.
func (s *DataFrameStatFunctions) ApproxQuantiles(cols []string, probabilities []float64, relativeError float64) [][]float64 {
	if relativeError < 0 {
		mistake("ApproxQuantile", "Relative Error must be non-negative but got %v", relativeError)
	}
	accuracy := math.MaxInt32
	if relativeError > 0 {
		accuracy = int(min(math.Ceil(1/relativeError), math.MaxInt32))
	}
	var aggs []any
	for _, c := range cols {
		x := Col(c).Cast("double")
		x = When(x.IsNaN(), nil).Otherwise(x)
		aggs = append(aggs, call("percentile_approx", x.e, Lit(probabilities).e, Lit(accuracy).e).As(fmt.Sprintf("q%d", len(aggs))))
	}
	row := s.df.Agg(aggs...).Collect()[0]
	out := make([][]float64, len(cols))
	for i := range cols {
		out[i] = []float64{}
		vs, _ := row.Get(i).([]any)
		for _, v := range vs {
			out[i] = append(out[i], v.(float64))
		}
	}
	return out
}

// SampleBy keeps a fraction of the rows for each value of a column; rows with other values are left out.
func (s *DataFrameStatFunctions) SampleBy(col any, fractions any, seed ...int64) *DataFrame {
	m := reflect.ValueOf(fractions)
	if m.Kind() != reflect.Map {
		mistake("SampleBy", "want a map of values and fractions, have %T", fractions)
	}
	c := toColumn(col, Col)
	var args []logical.Expression
	for _, k := range sortedKeys(m) {
		v := m.MapIndex(k)
		for v.Kind() == reflect.Interface {
			v = v.Elem()
		}
		if !v.CanFloat() || v.Float() < 0 || v.Float() > 1 {
			mistake("SampleBy", "Fractions must be in [0, 1], but got fraction %v", v)
		}
		args = append(args, c.EqNullSafe(k.Interface()).e, Lit(v.Float()).e)
	}
	args = append(args, Lit(0.0).e)
	return s.df.Filter(call("rand", Lit(seedOf(seed)).e).Lt(call("case", args...)))
}

// Corr is Stat().Corr.
func (df *DataFrame) Corr(a, b string, method ...string) float64 {
	return df.Stat().Corr(a, b, method...)
}

// Cov is Stat().Cov.
func (df *DataFrame) Cov(a, b string) float64 { return df.Stat().Cov(a, b) }

// Crosstab is Stat().Crosstab.
func (df *DataFrame) Crosstab(a, b string) *DataFrame { return df.Stat().Crosstab(a, b) }

// FreqItems is Stat().FreqItems.
func (df *DataFrame) FreqItems(cols []string, support ...float64) *DataFrame {
	return df.Stat().FreqItems(cols, support...)
}

// ApproxQuantile is Stat().ApproxQuantile.
func (df *DataFrame) ApproxQuantile(col string, probabilities []float64, relativeError float64) []float64 {
	return df.Stat().ApproxQuantile(col, probabilities, relativeError)
}

// SampleBy is Stat().SampleBy.
func (df *DataFrame) SampleBy(col any, fractions any, seed ...int64) *DataFrame {
	return df.Stat().SampleBy(col, fractions, seed...)
}
