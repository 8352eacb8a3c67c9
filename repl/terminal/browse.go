package terminal

import "strings"

// browsing is the walk through the history with the arrow keys. What was typed comes back at its end.
type browsing struct {
	at    int // index into the history; its length stands for the draft
	draft string
}

func (e *Editor) up(b *buffer) {
	if b.up() || e.browse.at == 0 {
		return
	}
	if e.browse.at >= e.cfg.History.len() {
		e.browse.draft = string(b.text)
	}
	e.browse.at--
	b.set(e.cfg.History.at(e.browse.at))
}

func (e *Editor) down(b *buffer) {
	n := e.cfg.History.len()
	if b.down() || e.browse.at >= n {
		return
	}
	if e.browse.at++; e.browse.at == n {
		b.set(e.browse.draft)
		return
	}
	b.set(e.cfg.History.at(e.browse.at))
}

// searching is Ctrl-R: each key extends the query, Ctrl-R again goes to an older match.
type searching struct {
	query  string
	at     int // the entry shown
	failed bool
	before buffer // as it was, for Ctrl-G
	shown  buffer
}

func (s *searching) prompt() string {
	if s.failed {
		return "(failed search)'" + s.query + "': "
	}
	return "(search)'" + s.query + "': "
}

func (e *Editor) startSearch(b *buffer) {
	e.find = &searching{at: e.cfg.History.len(), before: *b, shown: *b}
}

// searchKey takes a key while searching. readline has carried it out already: what it did to the text is undone,
// unless the key ends the search, when it was done to the text found.
func (e *Editor) searchKey(b *buffer, key rune) {
	s := e.find
	switch {
	case key == rune(actSearch):
		e.searchFrom(s.at)
	case key == keyBackspace || key == keyCtrlH:
		if r := []rune(s.query); len(r) > 0 {
			s.query = string(r[:len(r)-1])
		}
		e.searchFrom(e.cfg.History.len())
	case key == keyBell:
		e.find, *b = nil, s.before
		return
	case isAction(key):
		e.find = nil
		if f := e.actions()[action(key)]; f != nil {
			f(b)
		}
		return
	case key >= ' ':
		s.query += string(key)
		e.searchFrom(s.at + 1)
	default:
		e.find = nil
		return
	}
	*b = s.shown
}

// searchFrom shows the newest match older than entry i.
func (e *Editor) searchFrom(i int) {
	s := e.find
	at := e.cfg.History.search(s.query, i)
	if s.failed = at < 0; s.failed {
		return
	}
	s.at = at
	entry := e.cfg.History.at(at)
	s.shown.set(entry)
	if k := strings.Index(strings.ToLower(entry), strings.ToLower(s.query)); k >= 0 {
		s.shown.pos = min(len([]rune(entry[:min(k, len(entry))])), len(s.shown.text))
	}
}
