package files

import (
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"gospark/runtime/condition"
	"gospark/runtime/types"
)

// nullPartition is the value of a directory for NULL.
const nullPartition = "__HIVE_DEFAULT_PARTITION__"

// A partition is a directory with files, and what its path says: k=v/l=w.
type partition struct {
	dir    string
	names  []string
	texts  []string // unescaped; nullPartition for NULL
	values types.Row
}

// partitionOf reads the path of a directory from its end up to a base. base is the path without the partition.
func partitionOf(dir string, bases []string) (p partition, base string) {
	p.dir = dir
	at := dir
	for {
		if slices.Contains(bases, at) || at == filepath.Dir(at) {
			break
		}
		name, value, ok := strings.Cut(filepath.Base(at), "=")
		if ok && name != "" && value != "" {
			p.names = append(p.names, unescape(name))
			p.texts = append(p.texts, unescape(value))
		} else if len(p.names) > 0 {
			break
		}
		at = filepath.Dir(at)
	}
	slices.Reverse(p.names)
	slices.Reverse(p.texts)
	return p, at
}

// discover finds the partitions of a listing and the types of their columns; no columns when the directories are none.
func discover(dirs, bases []string, declared *types.Type, infer bool, zone *time.Location, exact bool) ([]partition, *types.Type, error) {
	var parts []partition
	var roots []string
	for _, d := range dirs {
		p, base := partitionOf(d, bases)
		if len(p.names) == 0 {
			continue
		}
		if !slices.Contains(roots, base) {
			roots = append(roots, base)
		}
		parts = append(parts, p)
	}
	if len(parts) == 0 {
		return nil, types.StructOf(), nil
	}
	if len(roots) > 1 {
		return nil, nil, condition.New("CONFLICTING_DIRECTORY_STRUCTURES", "KD009", "Conflicting directory structures detected.\nSuspicious paths:%s\nIf provided paths are partition directories, please set \"basePath\" in the options of the data source to specify the root directory of the table.\nIf there are multiple root directories, please load them separately and then union them.",
			"\n\t"+strings.Join(mapped(roots, uri), "\n\t")).WithParam("discoveredBasePaths", "\n\t"+strings.Join(mapped(roots, uri), "\n\t"))
	}
	for _, p := range parts[1:] {
		if !slices.EqualFunc(p.names, parts[0].names, func(a, b string) bool { return a == b || !exact && strings.EqualFold(a, b) }) {
			return nil, nil, conflicting(parts)
		}
	}
	schema := types.StructOf()
	for i, name := range parts[0].names {
		t := declaredType(declared, name, exact)
		if t == nil && !infer {
			t = types.String
		}
		if t == nil {
			t = types.Void
			for _, p := range parts {
				if p.texts[i] != nullPartition {
					t = common(t, inferText(p.texts[i], zone))
				}
			}
			if t.Kind == types.VoidKind {
				t = types.String
			}
		}
		schema.Fields = append(schema.Fields, types.Field{Name: name, Type: t, Nullable: true})
	}
	for k := range parts {
		for i, f := range schema.Fields {
			v, err := valueOf(parts[k].texts[i], f, zone)
			if err != nil {
				return nil, nil, err
			}
			parts[k].values = append(parts[k].values, v)
		}
	}
	return parts, schema, nil
}

func declaredType(schema *types.Type, name string, exact bool) *types.Type {
	if schema != nil {
		if i := schema.Index(name, exact); i >= 0 {
			return schema.Fields[i].Type
		}
	}
	return nil
}

func mapped[T, U any](list []T, f func(T) U) []U {
	out := make([]U, len(list))
	for i, x := range list {
		out[i] = f(x)
	}
	return out
}

func conflicting(parts []partition) error {
	var lists, paths []string
	for _, p := range parts {
		l := strings.Join(p.names, ", ")
		if !slices.Contains(lists, l) {
			lists = append(lists, l)
			paths = append(paths, uri(p.dir))
		}
	}
	var names strings.Builder
	for i, l := range lists {
		names.WriteString("\n\tPartition column name list #" + strconv.Itoa(i) + ": " + l)
	}
	return condition.New("CONFLICTING_PARTITION_COLUMN_NAMES", "KD009", "Conflicting partition column names detected:\n%s\nFor partitioned table directories, data files should only live in leaf directories. And directories at the same level should have the same partition column name. Please check the following directories for unexpected files or inconsistent partition column names:\n%s",
		names.String(), "\n\t"+strings.Join(paths, "\n\t")).WithParam("distinctPartColLists", names.String())
}

// inferText is the type that the value of a partition looks like.
func inferText(s string, zone *time.Location) *types.Type {
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		if int64(int32(n)) == n {
			return types.Int
		}
		return types.Long
	}
	if d, ok := types.ParseDecimal(s); ok && !strings.ContainsAny(s, ".eE") {
		if t, ok := d.Type(); ok {
			return t
		}
	}
	if last := s[len(s)-1] | 0x20; last != 'd' && last != 'f' {
		if _, err := strconv.ParseFloat(s, 64); err == nil && !strings.ContainsAny(s, "_xXpP") {
			return types.Double
		}
	}
	if len(s) == 10 {
		if _, ok := types.StringToDate(s); ok {
			return types.Date
		}
	}
	if len(s) >= 19 {
		if _, ok := types.StringToTimestamp(s, zone, nil); ok {
			return types.Timestamp
		}
	}
	return types.String
}

// common is the type of values of both types: numbers widen, anything else that differs is a string.
func common(a, b *types.Type) *types.Type {
	if a.Kind == types.VoidKind {
		return b
	}
	if t := types.TightestCommon(a, b); t != nil {
		return t
	}
	if a.Numeric() && b.Numeric() {
		return types.Double
	}
	return types.String
}

// valueOf is the text of a partition as a value of its column.
func valueOf(text string, f types.Field, zone *time.Location) (any, error) {
	if text == nullPartition {
		return nil, nil
	}
	if f.Type.Text() || f.Type.Kind == types.BinaryKind {
		return text, nil
	}
	cast, err := types.Caster(types.String, f.Type, types.CastOptions{Mode: types.CastTry, Zone: zone})
	if err != nil {
		return nil, err
	}
	v, err := cast(text)
	if err == nil && v == nil {
		err = condition.New("INVALID_PARTITION_VALUE", "42846", "Failed to cast value '%s' to data type \"%s\" for partition column %s. Ensure the value matches the expected data type for this partition column.",
			text, f.Type.SQL(), types.Quote(f.Name)).WithParam("value", "'"+text+"'").WithParam("dataType", `"`+f.Type.SQL()+`"`).WithParam("columnName", types.Quote(f.Name))
	}
	return v, err
}

// special are the characters of a name or value that a path has as %XX.
const special = "\"#%'*/:=?\\{[]^\x7f"

// escape is a name or value as a part of a path.
func escape(s string) string {
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		if c < 0x20 || strings.IndexByte(special, c) >= 0 {
			b.WriteByte('%')
			b.WriteByte("0123456789ABCDEF"[c>>4])
			b.WriteByte("0123456789ABCDEF"[c&15])
			continue
		}
		b.WriteByte(c)
	}
	return b.String()
}

func unescape(s string) string {
	if !strings.Contains(s, "%") {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			if n, err := strconv.ParseUint(s[i+1:i+3], 16, 8); err == nil {
				b.WriteByte(byte(n))
				i += 2
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}
