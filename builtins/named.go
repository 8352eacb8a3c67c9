package builtins

import (
	"fmt"
	"slices"
	"strings"

	"gospark/repl"
	"gospark/session"
)

// What commands call streams: by id or name, by the variable that holds one, or by the beginning of an id. An id or name
// goes before a variable, so that what :queries lists is always meant; a variable goes before a beginning, which the
// name of a variable may happen to be.

// variable is what a variable at the prompt holds, nil if there is none of that name.
func variable(sh *repl.Shell, name string) any {
	if sh == nil || name == "" {
		return nil
	}
	value, _, err := sh.Value(name)
	if err != nil {
		return nil
	}
	switch v := value.(type) {
	case *session.DStream:
		return v.Context()
	case *session.StreamingContext, *session.StreamingQuery:
		return v
	}
	return nil
}

// stream finds a stream or running query, or the only one when no name is given.
func (c *Commands) stream(sh *repl.Shell, name string) (running, error) {
	all := c.running()
	if name == "" {
		return only(all, "stream")
	}
	find := func(id string, is func(s, id string) bool) (running, bool) {
		for _, s := range slices.Backward(all) {
			if is(s.id, id) || slices.ContainsFunc(s.names, func(n string) bool { return is(n, id) }) {
				return s, true
			}
		}
		return running{}, false
	}
	if s, ok := find(name, func(s, id string) bool { return s == id }); ok {
		return s, nil
	}
	key := name
	switch v := variable(sh, name).(type) {
	case *session.StreamingContext:
		key = v.ID()
	case *session.StreamingQuery:
		key = v.RunID()
	}
	if key != name && !slices.ContainsFunc(all, func(s running) bool { return s.id == key || slices.Contains(s.names, key) }) {
		return running{}, fmt.Errorf("%s does not run; :queries lists what does", name)
	}
	if s, ok := find(key, strings.HasPrefix); ok {
		return s, nil
	}
	if len(all) == 0 {
		return running{}, fmt.Errorf("no stream %q; there is none", name)
	}
	return running{}, fmt.Errorf("no stream %q; there are %s", name, ids(all))
}

func only(all []running, what string) (running, error) {
	switch len(all) {
	case 0:
		return running{}, fmt.Errorf("there is no %s", what)
	case 1:
		return all[0], nil
	}
	return running{}, fmt.Errorf("which %s? there are %s", what, ids(all))
}

func ids(all []running) string {
	var names []string
	for _, s := range all {
		names = append(names, s.id)
	}
	return strings.Join(names, ", ")
}

// query finds a streaming query, or the only one that runs when no name is given. Of several runs the newest is meant.
func (c *Commands) query(sh *repl.Shell, name string) (*session.StreamingQuery, error) {
	all := c.Session.Streams().All()
	active := c.Session.Streams().Active()
	if name == "" {
		switch {
		case len(active) == 1:
			return active[0], nil
		case len(active) > 1:
			return nil, fmt.Errorf("which query? there are %s", labels(active))
		case len(all) > 0:
			return all[len(all)-1], nil
		}
		return nil, errNoQuery
	}
	for _, q := range slices.Backward(all) {
		if q.Name() == name || q.ID() == name || q.RunID() == name {
			return q, nil
		}
	}
	switch v := variable(sh, name).(type) {
	case *session.StreamingQuery:
		return v, nil
	case *session.StreamingContext:
		return nil, fmt.Errorf("%s is %s, no streaming query", name, v.ID())
	}
	for _, q := range slices.Backward(all) {
		if strings.HasPrefix(q.ID(), name) || strings.HasPrefix(q.RunID(), name) {
			return q, nil
		}
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("no query %q; there is none", name)
	}
	return nil, fmt.Errorf("no query %q; there are %s", name, labels(all))
}

// context finds a stream of a StreamingContext by its name; without one, when it is the only thing that could be meant.
func (c *Commands) context(sh *repl.Shell, name string) *session.StreamingContext {
	all := c.Session.SparkContext().StreamingContexts()
	if name == "" {
		if len(all) == 1 && len(c.Session.Streams().All()) == 0 {
			return all[0]
		}
		var active []*session.StreamingContext
		for _, ssc := range all {
			if ssc.GetState() == session.StreamingActive {
				active = append(active, ssc)
			}
		}
		if len(active) == 1 && len(c.Session.Streams().Active()) == 0 {
			return active[0]
		}
		return nil
	}
	for _, ssc := range all {
		if ssc.ID() == name || ssc.Name() == name {
			return ssc
		}
	}
	ssc, _ := variable(sh, name).(*session.StreamingContext)
	return ssc
}
