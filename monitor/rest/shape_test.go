package rest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// Kinds of JSON values. A number with a fraction or exponent is another kind than a whole one.
const (
	object = "object"
	list   = "list"
	text   = "string"
	whole  = "whole number"
	real   = "number with fraction"
	truth  = "boolean"
	null   = "null"
)

// A node is a JSON value that knows the order of its members.
type node struct {
	kind  string
	keys  []string
	elems []node // of a list, or of an object, one for each key
}

func parse(t *testing.T, in []byte) node {
	t.Helper()
	dec := json.NewDecoder(bytes.NewReader(in))
	dec.UseNumber()
	n, err := parseValue(dec)
	if err != nil {
		t.Fatalf("%v in %.200s", err, in)
	}
	return n
}

func parseValue(dec *json.Decoder) (n node, err error) {
	tok, err := dec.Token()
	if err != nil {
		return n, err
	}
	switch v := tok.(type) {
	case json.Delim:
		n.kind = map[json.Delim]string{'{': object, '[': list}[v]
		for dec.More() {
			if n.kind == object {
				key, err := dec.Token()
				if err != nil {
					return n, err
				}
				n.keys = append(n.keys, key.(string))
			}
			e, err := parseValue(dec)
			if err != nil {
				return n, err
			}
			n.elems = append(n.elems, e)
		}
		_, err = dec.Token()
		return n, err
	case string:
		n.kind = text
	case json.Number:
		n.kind = whole
		if strings.ContainsAny(v.String(), ".eE") {
			n.kind = real
		}
	case bool:
		n.kind = truth
	default:
		n.kind = null
	}
	return n, nil
}

// mapPaths are objects whose keys are data.
var mapPaths = []string{".tasks", ".executorSummary", ".executorLogs", ".killedTasksSummary", ".attributes", ".resources",
	".executorResources", ".taskResources"}

func isMap(path string) bool {
	return slices.ContainsFunc(mapPaths, func(m string) bool { return strings.HasSuffix(path, m) })
}

// A shape is what examples have in common: which kinds are at which path, which members objects have, in what order, and
// which of them may be absent.
type shape struct {
	kinds   map[string]map[string]bool
	objects map[string]int            // examples seen at a path
	members map[string]map[string]int // in how many of them a member is
	before  map[string]bool           // path, member, later member
}

func newShape() *shape {
	return &shape{map[string]map[string]bool{}, map[string]int{}, map[string]map[string]int{}, map[string]bool{}}
}

func (s *shape) learnElements(n node) {
	for _, e := range n.elems {
		s.learn(e, "")
	}
}

func (s *shape) learn(n node, path string) {
	if s.kinds[path] == nil {
		s.kinds[path] = map[string]bool{}
	}
	s.kinds[path][n.kind] = true
	switch {
	case n.kind == list:
		for _, e := range n.elems {
			s.learn(e, path+"[]")
		}
	case n.kind == object && isMap(path):
		for _, e := range n.elems {
			s.learn(e, path+"{}")
		}
	case n.kind == object:
		s.objects[path]++
		if s.members[path] == nil {
			s.members[path] = map[string]int{}
		}
		for i, k := range n.keys {
			s.members[path][k]++
			for _, later := range n.keys[i+1:] {
				s.before[path+"\x00"+k+"\x00"+later] = true
			}
			s.learn(n.elems[i], path+"."+k)
		}
	}
}

// check gives the first difference, or nothing. What the examples say nothing of, such as the elements of a list that is
// empty in all of them, passes.
func (s *shape) check(n node, path string) string {
	if kinds, ok := s.kinds[path]; ok && !kinds[n.kind] {
		return fmt.Sprintf("%s is a %s, recorded %v", path, n.kind, kinds)
	}
	switch {
	case n.kind == list, n.kind == object && isMap(path):
		inside := map[string]string{list: "[]", object: "{}"}[n.kind]
		for _, e := range n.elems {
			if diff := s.check(e, path+inside); diff != "" {
				return diff
			}
		}
	case n.kind == object && s.objects[path] > 0:
		for i, k := range n.keys {
			if s.members[path][k] == 0 {
				return fmt.Sprintf("%s.%s was not recorded", path, k)
			}
			for _, later := range n.keys[i+1:] {
				if s.before[path+"\x00"+later+"\x00"+k] {
					return fmt.Sprintf("%s: %s comes before %s, recorded after it", path, k, later)
				}
			}
			if diff := s.check(n.elems[i], path+"."+k); diff != "" {
				return diff
			}
		}
		for k, in := range s.members[path] {
			if in == s.objects[path] && !slices.Contains(n.keys, k) {
				return fmt.Sprintf("%s.%s is missing", path, k)
			}
		}
	}
	return ""
}

// The comparer itself must be able to fail.
func TestShapeFindsDifferences(t *testing.T) {
	s := newShape()
	s.learn(parse(t, []byte(`[{"a":1,"b":"x","c":1.5,"d":[{"e":true}]},{"a":1,"c":2.0,"d":[]}]`)), "")
	for in, want := range map[string]string{
		`[{"a":1,"b":"x","c":1.5,"d":[]}]`:                 "",
		`[{"a":1,"c":1.5,"d":[]}]`:                         "",
		`[{"a":1,"c":1,"d":[]}]`:                           "[].c is a whole number",
		`[{"a":1,"d":[],"c":1.5}]`:                         "d comes before c",
		`[{"a":1,"c":1.5}]`:                                "[].d is missing",
		`[{"a":1,"c":1.5,"d":[],"x":1}]`:                   "[].x was not recorded",
		`[{"a":1,"c":1.5,"d":[{"e":null}]}]`:               "[].d[].e is a null",
		`{"a":1}`:                                          " is a object",
		`[{"a":1,"b":"x","c":1.5,"d":[{"e":true,"f":1}]}]`: "[].d[].f was not recorded",
	} {
		diff := s.check(parse(t, []byte(in)), "")
		if (want == "") != (diff == "") || !strings.Contains(diff, want) {
			t.Errorf("%s: %q, want %q", in, diff, want)
		}
	}
}
