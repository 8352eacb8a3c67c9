package jsonscan

import (
	"slices"
	"strings"

	"gospark/runtime/types"
)

// InferOptions are those of an [Inference].
type InferOptions struct {
	Options
	Decimals   bool // numbers with a fraction are decimals if they can be
	Timestamps bool // texts that CAST reads as timestamps are timestamps
}

// An Inference finds the type that many texts have in common, each of them an object or an array of objects.
type Inference struct {
	opts InferOptions
	root node
	p    parser
}

// A node is what is known of a value at one place. The zero value knows nothing but null.
type node struct {
	kind   nodeKind
	scalar *types.Type
	elem   *node
	fields []member
	index  map[string]int // from a number of fields on
	next   int            // where the field is expected that comes next
}

type member struct {
	name string
	node *node
}

type nodeKind uint8

const (
	nullNode nodeKind = iota
	scalarNode
	objectNode
	arrayNode
)

// NewInference begins.
func NewInference(o InferOptions) *Inference {
	s := &Inference{opts: o}
	s.p.opts = &s.opts.Options
	return s
}

// Add takes a text into account; false says that it is none of the kind, and nothing has changed.
func (s *Inference) Add(text string) bool {
	p := &s.p
	p.start(text)
	c := p.peek()
	if c != '{' && c != '[' && c != 'n' {
		return false
	}
	if c == '[' && !p.objects() {
		return false
	}
	if p.start(text); !p.skip() {
		return false
	}
	p.start(text)
	if c == '[' {
		return p.array(func() outcome { return s.value(&s.root) }) == good
	}
	return s.value(&s.root) == good
}

// objects says whether the elements of the array that is next are all objects or null.
func (p *parser) objects() bool {
	ok := true
	p.array(func() outcome {
		c := p.peek()
		ok = ok && (c == '{' || c == 'n')
		return whether(p.skip())
	})
	return ok
}

// AddField makes a field of a type known, if the objects have none of the name.
func (s *Inference) AddField(name string, t *types.Type) {
	s.root.kind = objectNode
	s.root.field(name).merge(t)
}

// Type is the struct that was found, with the type void where everything was null; nil if nothing was.
func (s *Inference) Type() *types.Type {
	if s.root.kind == nullNode {
		return nil
	}
	return s.root.typ()
}

func (n *node) typ() *types.Type {
	switch n.kind {
	case nullNode:
		return types.Void
	case arrayNode:
		return types.ArrayOf(n.elem.typ(), true)
	case objectNode:
		t := types.StructOf()
		for _, m := range n.fields {
			t.Fields = append(t.Fields, types.Field{Name: m.name, Type: m.node.typ(), Nullable: true})
		}
		slices.SortFunc(t.Fields, func(a, b types.Field) int { return strings.Compare(a.Name, b.Name) })
		return t
	}
	return n.scalar
}

// merge adds a type without parts.
func (n *node) merge(t *types.Type) {
	switch {
	case t.Kind == types.VoidKind:
	case n.kind == nullNode:
		n.kind, n.scalar = scalarNode, t
	case n.kind != scalarNode:
		n.become(types.String)
	case n.scalar != t:
		n.scalar = Merge(n.scalar, t)
	}
}

func (n *node) become(t *types.Type) { *n = node{kind: scalarNode, scalar: t} }

// indexFrom is how many fields an object has before they are looked up.
const indexFrom = 8

func (n *node) field(name string) *node {
	if n.next < len(n.fields) && n.fields[n.next].name == name {
		n.next++
		return n.fields[n.next-1].node
	}
	at := -1
	if n.index != nil {
		if i, ok := n.index[name]; ok {
			at = i
		}
	} else {
		at = slices.IndexFunc(n.fields, func(m member) bool { return m.name == name })
	}
	if at < 0 {
		at = len(n.fields)
		n.fields = append(n.fields, member{strings.Clone(name), &node{}})
		if n.index != nil {
			n.index[n.fields[at].name] = at
		} else if len(n.fields) > indexFrom {
			n.index = make(map[string]int, 2*len(n.fields))
			for i, m := range n.fields {
				n.index[m.name] = i
			}
		}
	}
	n.next = at + 1
	return n.fields[at].node
}

// value merges the value that is next.
func (s *Inference) value(n *node) outcome {
	p := &s.p
	switch c := p.peek(); {
	case c == '{':
		if n.kind == nullNode {
			n.kind = objectNode
		}
		if n.kind != objectNode {
			n.become(types.String)
			return whether(p.skip())
		}
		n.next = 0
		return p.object(func(name string) outcome { return s.value(n.field(name)) })
	case c == '[':
		if n.kind == nullNode {
			n.kind, n.elem = arrayNode, &node{}
		}
		if n.kind != arrayNode {
			n.become(types.String)
			return whether(p.skip())
		}
		return p.array(func() outcome { return s.value(n.elem) })
	case p.quote(c):
		if n.scalar == types.String {
			return whether(p.skip())
		}
		text, ok := p.str()
		t := types.String
		switch {
		case text == "":
			t = types.Void
		case s.opts.Timestamps && s.timestamp(text):
			t = types.Timestamp
		}
		n.merge(t)
		return whether(ok)
	}
	from := p.i
	t, ok := p.infer()
	if ok && s.opts.Decimals && t.Kind == types.DoubleKind {
		if d, isDecimal := types.ParseDecimal(p.s[from:p.i]); isDecimal {
			if exact, fits := d.Type(); fits {
				t = exact
			}
		}
	}
	if ok {
		n.merge(t)
	}
	return whether(ok)
}

func (s *Inference) timestamp(text string) bool {
	if s.opts.TimestampFormat != "" {
		p, err := types.ParsePattern(s.opts.TimestampFormat)
		if err != nil {
			return false
		}
		_, err = p.Parse(text, s.opts.Zone)
		return err == nil
	}
	_, ok := types.StringToTimestamp(text, s.opts.Zone, s.opts.Now)
	return ok
}
