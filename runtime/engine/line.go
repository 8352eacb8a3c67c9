package engine

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"gospark/runtime/logical"
	"gospark/runtime/types"
)

// Lines are the rows of a statement's result as the spark-sql command prints them: one line a row, values separated by
// tabs. What DESCRIBE shows is padded, and SHOW TABLES and SHOW VIEWS show names only.
func Lines(statement logical.Relation, schema *types.Type, rows [][]any, zone *time.Location) []string {
	lines := make([]string, len(rows))
	for i, row := range rows {
		var cells []string
		for c, v := range row {
			cells = append(cells, string(appendHive(nil, v, schema.Fields[c].Type, zone, false)))
		}
		lines[i] = strings.Join(layout(statement, row, cells), "\t")
	}
	return lines
}

// described is the width of the columns of DESCRIBE.
const described = 20

func layout(statement logical.Relation, row []any, cells []string) []string {
	switch s := statement.(type) {
	case *logical.DescribeTable, *logical.DescribeQuery:
		if len(cells) == 3 {
			for i := range cells {
				if row[i] == nil {
					cells[i] = ""
				}
				cells[i] += strings.Repeat(" ", max(described-len([]rune(cells[i])), 0))
			}
		}
	case *logical.Show:
		if w := strings.ToUpper(s.What); w == "TABLES" || w == "VIEWS" {
			return cells[1:2]
		}
	}
	return cells
}

// appendHive is Hive's text of a value: nested values look like JSON.
func appendHive(b []byte, v any, t *types.Type, zone *time.Location, nested bool) []byte {
	if v == nil {
		if nested {
			return append(b, "null"...)
		}
		return append(b, "NULL"...)
	}
	switch t.Kind {
	case types.StringKind, types.CharKind, types.VarcharKind:
		if nested {
			return append(append(append(b, '"'), v.(string)...), '"')
		}
	case types.ArrayKind:
		b = append(b, '[')
		for i, e := range v.([]any) {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendHive(b, e, t.Elem, zone, true)
		}
		return append(b, ']')
	case types.MapKind:
		m := v.(types.MapValue)
		var entries []string
		for i, k := range m.Keys {
			e := append(appendHive(nil, k, t.Key, zone, true), ':')
			entries = append(entries, string(appendHive(e, m.Values[i], t.Elem, zone, true)))
		}
		slices.Sort(entries)
		return append(b, "{"+strings.Join(entries, ",")+"}"...)
	case types.StructKind:
		b = append(b, '{')
		for i, f := range t.Fields {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(b, `"`+f.Name+`":`...)
			b = appendHive(b, v.(types.Row)[i], f.Type, zone, true)
		}
		return append(b, '}')
	case types.YearMonthKind:
		n := int64(v.(int32))
		if n < 0 {
			b, n = append(b, '-'), -n
		}
		b = strconv.AppendInt(b, n/12, 10)
		return strconv.AppendInt(append(b, '-'), n%12, 10)
	case types.DayTimeKind:
		return appendHiveDayTime(b, v.(int64))
	}
	return types.AppendText(b, v, t, types.CastText, zone)
}

// appendHiveDayTime is days hours:minutes:seconds with nine digits behind the point.
func appendHiveDayTime(b []byte, micros int64) []byte {
	u := uint64(micros)
	if micros < 0 {
		b, u = append(b, '-'), -u
	}
	const second, minute, hour, day = uint64(1e6), uint64(60e6), uint64(3600e6), uint64(86400e6)
	b = strconv.AppendUint(b, u/day, 10)
	for i, part := range []uint64{u / hour % 24, u / minute % 60, u / second % 60} {
		b = append(b, " ::"[i])
		b = append(b, byte('0'+part/10), byte('0'+part%10))
	}
	fraction := strconv.FormatUint(u%second*1000, 10)
	return append(b, "."+strings.Repeat("0", 9-len(fraction))+fraction...)
}
