package session

import (
	"reflect"
	"regexp"
	"strings"

	"gospark/runtime/logical"
	"gospark/runtime/types"
)

// WithColumns adds columns, or replaces those of the names.
func (df *DataFrame) WithColumns(cols map[string]any) *DataFrame {
	w := &logical.WithColumns{Input: df.rel}
	for _, k := range sortedKeys(reflect.ValueOf(cols)) {
		w.Aliases = append(w.Aliases, &logical.Alias{Child: Lit(cols[k.String()]).e, Names: []string{k.String()}})
	}
	return df.with(w)
}

// WithColumnsRenamed renames columns, from the names that are keys; nothing happens to those that are not there.
func (df *DataFrame) WithColumnsRenamed(names map[string]string) *DataFrame {
	return df.with(&logical.WithColumnsRenamed{Input: df.rel, Names: names})
}

// WithMetadata gives a column metadata.
func (df *DataFrame) WithMetadata(name string, metadata map[string]any) *DataFrame {
	return df.with(&logical.WithColumns{Input: df.rel, Aliases: []*logical.Alias{{Child: Col(name).e, Names: []string{name}, Metadata: metadata}}})
}

// ColRegex is the columns whose names match a regular expression in backquotes: "`(id)?+.+`".
func (df *DataFrame) ColRegex(pattern string) *Column {
	if p, ok := strings.CutPrefix(pattern, "`"); ok && strings.HasSuffix(p, "`") {
		p = strings.TrimSuffix(p, "`")
		if _, err := regexp.Compile(p); err != nil {
			raise("ColRegex", err)
		}
		return &Column{&logical.UnresolvedRegex{Pattern: p}}
	}
	return df.Col(pattern)
}

// To casts and reorders the columns to a schema, which is DDL text or a *StructType.
func (df *DataFrame) To(schema any) *DataFrame {
	t, ok := schema.(*StructType)
	if text, isText := schema.(string); isText {
		var err error
		if t, err = types.ParseDDL(text); err != nil {
			raise("To", err)
		}
		ok = true
	}
	if !ok {
		mistake("To", "want a schema as DDL text or a *StructType, have %T", schema)
	}
	return df.with(&logical.ToSchema{Input: df.rel, Schema: t})
}

// As names the DataFrame, as Alias does, or with an example of a struct checks that its fields are among the columns.
func (df *DataFrame) As(nameOrExample any) *DataFrame {
	if name, ok := nameOrExample.(string); ok {
		return df.Alias(name)
	}
	t := reflect.TypeOf(nameOrExample)
	if t == nil {
		mistake("As", "want a name or an example of a struct")
	}
	if _, err := newRowReader(t, df.Schema(), df.spark.engine.Zone()); err != nil {
		raise("As", err)
	}
	return df
}

// Transform calls a function of DataFrames, so that calls read from left to right.
func (df *DataFrame) Transform(f func(*DataFrame) *DataFrame) *DataFrame { return f(df) }

// Hint says how a join or a partitioning is wanted: Hint("broadcast"), Hint("coalesce", 2). What is not known has no effect.
func (df *DataFrame) Hint(name string, args ...any) *DataFrame {
	return df.with(&logical.Hint{Input: df.rel, Name: name, Args: names(args)})
}

// ToJSON is the rows as JSON objects, in a column value.
func (df *DataFrame) ToJSON() *DataFrame {
	return df.Select(call("to_json", call("struct", Col("*").e).e).As("value"))
}

// Unpivot makes a row of each of some columns: ids are the columns that stay, values those that become rows (nil: all
// others), under the names of variable and value columns.
func (df *DataFrame) Unpivot(ids, values any, variableColumn, valueColumn string) *DataFrame {
	u := &logical.Unpivot{Input: df.rel, HasIDs: true, IncludeNulls: true, VariableName: variableColumn, ValueNames: []string{valueColumn}}
	if ids != nil {
		u.IDs = names([]any{ids})
	}
	if values != nil {
		for _, e := range names([]any{values}) {
			u.Values = append(u.Values, []logical.Expression{e})
		}
	} else {
		taken := map[string]bool{}
		for _, e := range u.IDs {
			if a, ok := e.(*logical.UnresolvedAttribute); ok {
				taken[strings.ToLower(a.Parts[len(a.Parts)-1])] = true
			}
		}
		for _, f := range df.Schema().Fields {
			if !taken[strings.ToLower(f.Name)] {
				u.Values = append(u.Values, []logical.Expression{Col(quoted(f.Name)).e})
			}
		}
	}
	return df.with(u)
}

// Melt is Unpivot.
func (df *DataFrame) Melt(ids, values any, variableColumn, valueColumn string) *DataFrame {
	return df.Unpivot(ids, values, variableColumn, valueColumn)
}

// Transpose turns rows into columns: those of the result are named by the values of a column, the first if none is given,
// and the names of the other columns are in the column key. The rows are collected.
func (df *DataFrame) Transpose(index ...any) *DataFrame {
	fields := df.Schema().Fields
	if len(fields) == 0 {
		return df
	}
	at := Col(quoted(fields[0].Name))
	if len(index) > 0 {
		at = toColumn(index[0], Col)
	}
	indexed := df.Select(at)
	name := indexed.Schema().Fields[0].Name
	var rest []any
	var common *types.Type
	for _, f := range fields {
		if f.Name == name {
			continue
		}
		if common == nil {
			common = f.Type
		} else if common = types.Widen(common, f.Type); common == nil {
			mistake("Transpose", "[TRANSPOSE_NO_LEAST_COMMON_TYPE] Transpose requires non-index columns to share a least common type")
		}
		rest = append(rest, Col(quoted(f.Name)))
	}
	cells := []any{at.Cast("string")}
	for _, c := range rest {
		cells = append(cells, c.(*Column).Cast(common))
	}
	r := df.Select(cells...).Filter(at.IsNotNull()).OrderBy(at.Asc())
	rows := r.execute("transpose", r.rel).Rows()
	out := []types.Field{{Name: "key", Type: types.String}}
	made := make([][]any, len(rest))
	for i := range made {
		made[i] = []any{r.Schema().Fields[i+1].Name}
	}
	for _, row := range rows {
		out = append(out, types.Field{Name: row[0].(string), Type: common, Nullable: true})
		for i := range made {
			made[i] = append(made[i], row[i+1])
		}
	}
	return df.spark.frame(&logical.LocalRelation{Schema: types.StructOf(out...), Rows: made})
}

// GroupingSets groups by each of some lists of columns; cols are all of them, in the order of the result.
func (df *DataFrame) GroupingSets(sets [][]any, cols ...any) *GroupedData {
	g := &GroupedData{df: df, kind: logical.GroupingSets, by: names(cols)}
	for _, s := range sets {
		g.sets = append(g.sets, names(s))
	}
	return g
}
