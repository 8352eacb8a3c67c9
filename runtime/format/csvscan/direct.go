package csvscan

import (
	"gospark/runtime/format/jsonscan"
	"gospark/runtime/types"
)

// A direct is a column whose texts in the usual form are read without a call through an interface. All but one of its
// columns are nil, or all.
type direct struct {
	texts   *texts
	longs   *typed[int64]
	ints    *typed[int32]
	doubles *typed[float64]
	times   *typed[int64]
	clock   jsonscan.Clock
}

func (o *Options) newDirect(t *types.Type, c column) direct {
	switch c := c.(type) {
	case *texts:
		return direct{texts: c}
	case *typed[float64]:
		return direct{doubles: c}
	case *typed[int32]:
		if t.Kind == types.IntKind {
			return direct{ints: c}
		}
	case *typed[int64]:
		switch {
		case t.Kind == types.LongKind:
			return direct{longs: c}
		case t.Kind == types.TimestampKind && o.TimestampFormat == "":
			return direct{times: c}
		}
	}
	return direct{}
}

// add appends what a text says; false if it is not in the usual form, and nothing was appended.
func (d *direct) add(text string) bool {
	switch {
	case d.texts != nil:
		d.texts.put(text)
		return true
	case d.doubles != nil:
		if text != "" && text[0]-'0' <= 9 {
			if f, ok := jsonscan.ShortFloat(text); ok {
				d.doubles.put(f)
				return true
			}
		}
	case d.times != nil:
		if v, ok := d.clock.Read(text); ok {
			d.times.put(v)
			return true
		}
	case d.longs != nil:
		if v, ok := digits(text); ok {
			d.longs.put(v)
			return true
		}
	case d.ints != nil:
		if v, ok := digits(text); ok && int64(int32(v)) == v {
			d.ints.put(int32(v))
			return true
		}
	}
	return false
}

// digits reads a number of digits alone that an int64 has room for.
func digits(text string) (v int64, ok bool) {
	if n := len(text); n == 0 || n > 18 {
		return 0, false
	}
	for i := range len(text) {
		d := text[i] - '0'
		if d > 9 {
			return 0, false
		}
		v = v*10 + int64(d)
	}
	return v, true
}

// places is the column of each place in a record, -1 for those that nobody asks for; nil if the shape of records or the
// columns need the general way.
func (s *Scanner) places() []int {
	if o := &s.opts; !o.Lines || len(o.Separator) != 1 || o.TrimLeading || o.TrimTrailing {
		return nil
	}
	var cols []int
	for i, k := range s.at {
		if i == s.corrupt {
			continue
		}
		for len(cols) <= k {
			cols = append(cols, -1)
		}
		if cols[k] >= 0 {
			return nil
		}
		cols[k] = i
	}
	return cols
}

// line reads a record that is a line and appends its fields as they are found. Behind the last one that is asked for it
// goes on only if the number of fields matters.
func (s *Scanner) line(text string) (bad bool) {
	o := &s.opts
	quote, sep, null := o.Quote, o.Separator[0], o.NullValue
	found, k := 0, 0
	for i := 0; ; i++ {
		var f Field
		if o.NoQuotes || i == len(text) || text[i] != quote {
			end := next(text, i, sep)
			f = Field{text[i:end], i == end}
			i = end
		} else {
			f, i = o.field(text, i)
		}
		if k < len(s.place) {
			if c := s.place[k]; c >= 0 {
				found++
				if f.Null || f.Text == null {
					s.cols[c].null()
				} else if !s.direct[c].add(f.Text) && !s.cols[c].add(f.Text) {
					s.cols[c].null()
					bad = true
				}
			}
		}
		if k++; i == len(text) || text[i] != sep || s.width < 0 && k >= len(s.place) {
			break
		}
	}
	if found < len(s.cols) {
		for i, c := range s.cols {
			if i == s.corrupt || s.at[i] >= k {
				c.null()
			}
		}
	}
	return bad || s.width >= 0 && k != s.width
}
