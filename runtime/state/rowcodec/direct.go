package rowcodec

import (
	"fmt"

	"gospark/runtime/batch"
	"gospark/runtime/types"
)

// A Direct codec writes rows of which a column can be read without those before it: the marks of the nulls, then a cell
// for each column, then what is too long for a cell. The cell of a number is the number, that of a text, an array, a map
// or a struct is where in the row it begins. So many rows can be read a column at a time, and only the columns that are
// wanted.
type Direct struct {
	row   row
	cells []cell
	marks int // bytes
	size  int // of marks and cells
	text  block
}

type cell struct {
	at    int
	width int // of the value itself; 0: the cell is a reference
}

const refBytes = 4

// NewDirect makes a codec of rows of the columns. It belongs to one goroutine.
func NewDirect(columns ...*types.Type) *Direct {
	d := &Direct{marks: (len(columns) + 7) / 8}
	d.row = rowOf(columns, options{text: &d.text})
	at := d.marks
	for _, t := range columns {
		w := widthOf(t)
		d.cells = append(d.cells, cell{at, w})
		if w == 0 {
			w = refBytes
		}
		at += w
	}
	d.size = at
	return d
}

// widthOf is the bytes of any value of a type that is not null, 0: they differ.
func widthOf(t *types.Type) int {
	switch t.Kind {
	case types.VoidKind, types.BooleanKind, types.ByteKind:
		return 1
	case types.ShortKind:
		return 2
	case types.IntKind, types.DateKind, types.YearMonthKind, types.FloatKind:
		return 4
	case types.LongKind, types.TimestampKind, types.TimestampNTZKind, types.TimeKind, types.DayTimeKind, types.DoubleKind:
		return 8
	case types.CalendarKind:
		return 16
	case types.DecimalKind:
		if t.Precision <= maxLongDigits {
			return 8
		}
		return 16
	}
	return 0
}

// AppendRow appends a row of the columns, which must be of the codec's types.
func (d *Direct) AppendRow(dst []byte, cols []batch.Vector, i int) []byte {
	from := len(dst)
	for n := d.size; n > 0; {
		k := min(n, len(zeros))
		dst = append(dst, zeros[:k]...)
		n -= k
	}
	for c, f := range d.row {
		v, x := cols[c], d.cells[c]
		switch {
		case v.Null(i):
			dst[from+c/8] |= 1 << (c % 8)
		case x.width > 0:
			f.append(dst[:from+x.at], v, i)
		default:
			order.PutUint32(dst[from+x.at:], uint32(len(dst)-from))
			dst = f.append(dst, v, i)
		}
	}
	return dst
}

var zeros [64]byte

// Rows are rows among blocks of bytes. Whoever fills it in owns the bytes, which are only read.
type Rows struct {
	Blocks [][]byte
	At     []Place
}

// A Place is the block that a row is in, and where it begins there.
type Place struct{ Block, At uint32 }

func (r *Rows) row(i int32) []byte {
	p := r.At[i]
	return r.Blocks[p.Block][p.At:]
}

// Gather appends the c-th column of the rows at the positions pick to dst, which must be of its type. It keeps nothing of
// the blocks. On an error, which means that there are no such rows, dst is of no use.
func (d *Direct) Gather(c int, rows *Rows, pick []int32, dst batch.Vector) (err error) {
	defer func() {
		if r := recover(); r != nil { // what is cut off leads out of its block
			err = fmt.Errorf("rowcodec: no rows of %d columns: %v", len(d.row), r)
		}
	}()
	f, x := d.row[c], d.cells[c]
	mark, bit := c/8, byte(1)<<(c%8)
	switch f := f.(type) {
	case integer[int64]:
		gather(dst.(*batch.Vec[int64]), rows, pick, mark, bit, func(row []byte) int64 { return int64(order.Uint64(row[x.at:])) })
		return nil
	case integer[int32]:
		gather(dst.(*batch.Vec[int32]), rows, pick, mark, bit, func(row []byte) int32 { return int32(order.Uint32(row[x.at:])) })
		return nil
	case text:
		gather(dst.(*batch.Vec[string]), rows, pick, mark, bit, func(row []byte) string {
			row = row[order.Uint32(row[x.at:]):]
			if n := int(row[0]); n < 0x80 {
				return f.block.keep(row[1 : 1+n])
			}
			n, rest, ok := count(row, 1)
			if !ok {
				panic("a text is cut off")
			}
			return f.block.keep(rest[:n])
		})
		return nil
	}
	for _, i := range pick {
		row := rows.row(i)
		if row[mark]&bit != 0 {
			dst.AppendNull()
			continue
		}
		at := x.at
		if x.width == 0 {
			at = int(order.Uint32(row[x.at:]))
		}
		if _, ok := f.decode(row[at:], dst); !ok {
			return fmt.Errorf("rowcodec: column %d is cut off", c)
		}
	}
	return nil
}

// gather appends the values of rows; a row whose mark is set has none.
func gather[T any](dst *batch.Vec[T], rows *Rows, pick []int32, mark int, bit byte, value func(row []byte) T) {
	for _, i := range pick {
		row := rows.row(i)
		if row[mark]&bit != 0 {
			dst.AppendNull()
			continue
		}
		dst.V = append(dst.V, value(row))
		if dst.Valid != nil {
			dst.Valid = append(dst.Valid, true)
		}
	}
}
