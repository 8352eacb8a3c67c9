package parquet

import (
	"fmt"

	pq "github.com/parquet-go/parquet-go"

	"gospark/runtime/batch"
	"gospark/runtime/types"
)

// A node builds the vector of a column, or of a part of one, from the levels of the leaves below it.
//
// An entry of a leaf is a slot of a node when its repetition level is at most rep, the number of repeated nodes above,
// and its definition level at least def, from which on what is around the node is there.
type node struct {
	typ      *types.Type
	kind     types.Kind // StructKind, ArrayKind, MapKind, or another for a leaf
	rep, def byte
	optional byte // 1 if the node itself can be null
	leaf     leaf
	index    int // of the leaf among the file's
	children []*node
	absent   bool // the file does not have it: all null

	// of the rows that are being read
	entries    int
	reps, defs []byte
	values     batch.Vector
}

func nodeFor(parent *pq.Column, f types.Field, exact bool) (*node, error) {
	c := find(parent.Columns(), f.Name, exact)
	if c == nil {
		return &node{typ: f.Type, absent: true}, nil
	}
	return build(c, f.Type, 0, 0, exact)
}

// build makes the node of a column as a type.
func build(c *pq.Column, t *types.Type, rep, def byte, exact bool) (*node, error) {
	n := &node{typ: t, kind: t.Kind, rep: rep, def: def}
	if c.Optional() {
		n.optional = 1
	}
	inner := def + n.optional
	switch t.Kind {
	case types.ArrayKind:
		r, elem, ok := listOf(c)
		if !ok {
			return nil, mismatchGroup(c, t)
		}
		var child *node
		var err error
		if elem != nil {
			child, err = build(elem, t.Elem, rep+1, inner+1, exact)
		} else {
			child, err = buildPlain(r, t.Elem, rep+1, inner+1, exact)
		}
		n.children = []*node{child}
		return n, err
	case types.MapKind:
		_, k, v, ok := mapOf(c)
		if !ok {
			return nil, mismatchGroup(c, t)
		}
		key, err := build(k, t.Key, rep+1, inner+1, exact)
		if err != nil {
			return nil, err
		}
		value, err := build(v, t.Elem, rep+1, inner+1, exact)
		n.children = []*node{key, value}
		return n, err
	}
	return n.plain(c, inner, exact)
}

// buildPlain makes the node of a repeated column that is itself the element.
func buildPlain(c *pq.Column, t *types.Type, rep, def byte, exact bool) (*node, error) {
	n := &node{typ: t, kind: t.Kind, rep: rep, def: def}
	return n.plain(c, def, exact)
}

// plain makes a leaf or a struct; inner is the level from which on it is not null.
func (n *node) plain(c *pq.Column, inner byte, exact bool) (*node, error) {
	if n.kind != types.StructKind {
		if !c.Leaf() {
			return nil, mismatchGroup(c, n.typ)
		}
		l, err := leafOf(c, n.typ)
		n.leaf, n.index = l, c.Index()
		return n, err
	}
	if c.Leaf() {
		return nil, mismatchGroup(c, n.typ)
	}
	var some *node
	for _, f := range n.typ.Fields {
		fc := find(c.Columns(), f.Name, exact)
		if fc == nil {
			n.children = append(n.children, &node{typ: f.Type, absent: true})
			continue
		}
		child, err := build(fc, f.Type, n.rep, inner, exact)
		if err != nil {
			return nil, err
		}
		some = child
		n.children = append(n.children, child)
	}
	if some == nil { // whether the struct is there is known by its columns only
		witness, err := witnessOf(c, n.rep, inner)
		n.children = append(n.children, witness)
		return n, err
	}
	return n, nil
}

// witnessOf reads any column of a struct none of whose columns are wanted.
func witnessOf(c *pq.Column, rep, def byte) (*node, error) {
	first := c.Columns()[0]
	t, err := typeOf(first)
	if err != nil {
		return nil, err
	}
	return build(first, t, rep, def, true)
}

func mismatchGroup(c *pq.Column, t *types.Type) error {
	if c.Leaf() {
		return mismatch(c, t)
	}
	return fmt.Errorf("column %s is a group, not %s", c.Name(), t)
}

func (n *node) begin(chunks []pq.ColumnChunk) {
	if n.leaf != nil {
		n.leaf.begin(chunks[n.index])
	}
	for _, c := range n.children {
		c.begin(chunks)
	}
}

func (n *node) close() {
	if n.leaf != nil {
		n.leaf.close()
	}
	for _, c := range n.children {
		c.close()
	}
}

// column is the next rows.
func (n *node) column(rows int) (batch.Vector, error) {
	if n.absent {
		return nulls(n.typ, rows), nil
	}
	if err := n.load(rows); err != nil {
		return nil, err
	}
	v := n.vector()
	if v.Len() != rows {
		return nil, fmt.Errorf("a damaged row group: %d rows of a column where there should be %d", v.Len(), rows)
	}
	return v, nil
}

// load reads the entries of rows in all leaves.
func (n *node) load(rows int) error {
	if n.leaf != nil {
		var err error
		if n.entries, n.reps, n.defs, err = n.leaf.fill(rows); err != nil {
			return err
		}
		n.values = n.leaf.take(n.entries)
		return nil
	}
	for _, c := range n.children {
		if c.absent {
			continue
		}
		if err := c.load(rows); err != nil {
			return err
		}
	}
	return nil
}

// first is a leaf at or below a node.
func (n *node) first() *node {
	if n.leaf != nil {
		return n
	}
	for _, c := range n.children {
		if !c.absent {
			if f := c.first(); f != nil {
				return f
			}
		}
	}
	return nil
}

// level are the levels of an entry of a leaf.
func (n *node) level(i int) (rep, def byte) {
	if n.reps != nil {
		rep = n.reps[i]
	}
	if n.defs != nil {
		def = n.defs[i]
	}
	return rep, def
}

func (n *node) vector() batch.Vector {
	if n.leaf != nil {
		return n.leafVector()
	}
	leaf := n.first()
	var valid []bool
	anyNull := false
	var offsets []int32
	elements := int32(0)
	there := n.def + n.optional
	slots := 0
	for i := range leaf.entries {
		rep, def := leaf.level(i)
		if rep <= n.rep && def >= n.def {
			slots++
			offsets = append(offsets, elements)
			valid = append(valid, def >= there)
			anyNull = anyNull || def < there
		}
		if n.kind != types.StructKind && rep <= n.rep+1 && def >= there+1 {
			elements++
		}
	}
	if !anyNull {
		valid = nil
	}
	switch n.kind {
	case types.ArrayKind:
		return &batch.List{Offsets: append(offsets, elements), Items: n.children[0].vector(), Valid: valid}
	case types.MapKind:
		return &batch.Map{Offsets: append(offsets, elements), Keys: n.children[0].vector(), Items: n.children[1].vector(), Valid: valid}
	}
	s := &batch.Struct{N: slots, Valid: valid}
	for k := range n.typ.Fields {
		c := n.children[k]
		if c.absent {
			s.Fields = append(s.Fields, nulls(c.typ, slots))
			continue
		}
		s.Fields = append(s.Fields, c.inStruct(valid))
	}
	return s
}

// inStruct is a field's vector with a row for each of the struct's: those of a struct that is null have no slots.
func (n *node) inStruct(valid []bool) batch.Vector {
	v := n.vector()
	if valid == nil {
		return v
	}
	if v.Len() == len(valid) {
		return v
	}
	out := v.Like(len(valid))
	k := int32(0)
	for _, ok := range valid {
		if !ok {
			out.AppendNull()
			continue
		}
		out.Append(v, []int32{k})
		k++
	}
	return out
}

// leafVector is the values of a leaf's slots: entries of what is around it that is empty or null are none.
func (n *node) leafVector() batch.Vector {
	if n.def == 0 {
		return n.values
	}
	var rows []int32
	for i := range n.entries {
		if _, def := n.level(i); def >= n.def {
			rows = append(rows, int32(i))
		}
	}
	if len(rows) == n.entries {
		return n.values
	}
	out := n.values.Like(len(rows))
	out.Append(n.values, rows)
	return out
}

func nulls(t *types.Type, n int) batch.Vector {
	v := batch.ForType(t, n)
	for range n {
		v.AppendNull()
	}
	return v
}
