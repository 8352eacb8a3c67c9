package session

import (
	"hash/fnv"
	"slices"

	"gospark/runtime/resolved"
)

// SameSemantics says whether two DataFrames are computed in the same way, whatever their columns are called. That they are
// not does not mean that their rows differ.
func (df *DataFrame) SameSemantics(other *DataFrame) bool {
	return resolved.Canonical(df.resolved()) == resolved.Canonical(other.resolved())
}

// SemanticHash is the same number for DataFrames with the same semantics.
func (df *DataFrame) SemanticHash() int {
	h := fnv.New32a()
	h.Write([]byte(resolved.Canonical(df.resolved())))
	return int(int32(h.Sum32()))
}

// InputFiles lists the files that the DataFrame reads.
func (df *DataFrame) InputFiles() []string {
	files := []string{}
	resolved.Walk(df.resolved(), func(r resolved.Relation) {
		s, ok := r.(*resolved.Scan)
		if !ok {
			return
		}
		if f, ok := s.Source.(interface{ InputFiles() []string }); ok {
			files = append(files, f.InputFiles()...)
		}
	})
	slices.Sort(files)
	return slices.Compact(files)
}

// CreateGlobalTempView names the DataFrame as global_temp.name; it is an error if the name is taken.
func (df *DataFrame) CreateGlobalTempView(name string) { df.createView(name, false, true) }

// RegisterTempTable is CreateOrReplaceTempView.
func (df *DataFrame) RegisterTempTable(name string) { df.CreateOrReplaceTempView(name) }

// ZipWithIndex adds the rows' numbers from 0 as a column, named index unless another name is given.
func (df *DataFrame) ZipWithIndex(name ...string) *DataFrame {
	column := "index"
	if len(name) > 0 {
		column = name[0]
	}
	number := call("row_number").Over(OrderBy(call("monotonically_increasing_id")))
	return df.Select(Col("*"), number.Cast("bigint").Minus(int64(1)).As(column))
}
