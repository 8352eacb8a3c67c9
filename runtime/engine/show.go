package engine

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"gospark/runtime/types"
)

// ShowOptions say how many rows Show prints and how wide a cell may be (0: as wide as it is).
type ShowOptions struct {
	Rows     int
	Truncate int
	Vertical bool
}

// ShowString is what Show prints for the first rows of a result; more says that there are others.
func ShowString(schema *types.Type, rows [][]any, o ShowOptions, zone *time.Location) string {
	n := max(o.Rows, 0)
	more := len(rows) > n
	if more {
		rows = rows[:n]
	}
	cells := make([][]string, 0, len(rows)+1)
	head := make([]string, len(schema.Fields))
	for i, f := range schema.Fields {
		head[i] = escape(f.Name)
	}
	cells = append(cells, head)
	for _, row := range rows {
		line := make([]string, len(row))
		for i, v := range row {
			line[i] = cut(escape(types.Text(v, schema.Fields[i].Type, types.ShowText, zone)), o.Truncate)
		}
		cells = append(cells, line)
	}
	var b strings.Builder
	if o.Vertical {
		writeVertical(&b, cells)
	} else {
		writeTable(&b, cells, o.Truncate > 0)
	}
	switch {
	case o.Vertical && len(rows) == 0 && !more:
		b.WriteString("(0 rows)\n")
	case more && n == 1:
		b.WriteString("only showing top 1 row\n")
	case more:
		b.WriteString("only showing top " + strconv.Itoa(n) + " rows\n")
	}
	if !more && !(o.Vertical && len(rows) == 0) {
		b.WriteByte('\n')
	}
	return b.String()
}

const minWidth = 3

func widths(cells [][]string) []int {
	ws := make([]int, len(cells[0]))
	for i := range ws {
		ws[i] = minWidth
	}
	for _, row := range cells {
		for i, c := range row {
			ws[i] = max(ws[i], width(c))
		}
	}
	return ws
}

func writeTable(b *strings.Builder, cells [][]string, right bool) {
	ws := widths(cells)
	rule := "+"
	for _, w := range ws {
		rule += strings.Repeat("-", w) + "+"
	}
	if len(ws) == 0 {
		rule = "++"
	}
	rule += "\n"
	b.WriteString(rule)
	for i, row := range cells {
		b.WriteByte('|')
		for c, s := range row {
			pad := strings.Repeat(" ", ws[c]-width(s))
			if right {
				b.WriteString(pad + s)
			} else {
				b.WriteString(s + pad)
			}
			b.WriteByte('|')
		}
		if len(row) == 0 {
			b.WriteByte('|')
		}
		b.WriteByte('\n')
		if i == 0 {
			b.WriteString(rule)
		}
	}
	b.WriteString(rule)
}

func writeVertical(b *strings.Builder, cells [][]string) {
	names := cells[0]
	nw, vw := minWidth, minWidth
	for _, n := range names {
		nw = max(nw, width(n))
	}
	for _, row := range cells[1:] {
		for _, c := range row {
			vw = max(vw, width(c))
		}
	}
	for r, row := range cells[1:] {
		head := "-RECORD " + strconv.Itoa(r)
		b.WriteString(head + strings.Repeat("-", max(nw+vw+5-len(head), 0)) + "\n")
		for i, c := range row {
			b.WriteString(" " + names[i] + strings.Repeat(" ", nw-width(names[i])) + " | " + c + strings.Repeat(" ", vw-width(c)) + " \n")
		}
	}
}

// escapes are the characters that would break a table.
var escapes = strings.NewReplacer("\n", `\n`, "\r", `\r`, "\t", `\t`, "\f", `\f`, "\b", `\b`, "\v", `\v`, "\a", `\a`)

func escape(s string) string { return escapes.Replace(s) }

// cut shortens a cell to a number of UTF-16 units, as Java counts characters.
func cut(s string, n int) string {
	if n <= 0 || len(s) <= n {
		return s
	}
	u := utf16.Encode([]rune(s))
	if len(u) <= n {
		return s
	}
	if n < 4 {
		return half(u[:n])
	}
	return half(u[:n-3]) + "..."
}

// half is the text of units; the first half of a character that was cut in two prints as ?, as Java encodes it.
func half(u []uint16) string {
	if last := len(u) - 1; last >= 0 && u[last] >= 0xD800 && u[last] < 0xDC00 {
		return string(utf16.Decode(u[:last])) + "?"
	}
	return string(utf16.Decode(u))
}

// width is Spark's width of a cell: UTF-16 units, and one more for each full-width character of the basic plane.
func width(s string) int {
	n := 0
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		i += size
		n++
		switch {
		case r >= 0x10000:
			n++
		case fullWidth(r):
			n++
		}
	}
	return n
}

func fullWidth(r rune) bool {
	return r >= 0x1100 && r <= 0x115F || r >= 0x2E80 && r <= 0xA4CF || r >= 0xAC00 && r <= 0xD7A3 || r >= 0xF900 && r <= 0xFAFF ||
		r >= 0xFE10 && r <= 0xFE19 || r >= 0xFE30 && r <= 0xFE6F || r >= 0xFF00 && r <= 0xFF60 || r >= 0xFFE0 && r <= 0xFFE6
}
