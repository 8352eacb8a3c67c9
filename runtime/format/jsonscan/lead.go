package jsonscan

import "strings"

// A lead is what stood in front of a value of an object, from behind the value before: `,"name":` with its blanks, or from
// the brace on. Its first sixteen bytes are compared as two numbers. next is the step that came behind it the last time;
// all of it is a guess that the text has to confirm.
type lead struct {
	text                string
	word, mask          uint64
	second, secondsMask uint64
	kind                plainKind // of the field that the name means
	field               int       // that field, -1 for none
	next                *lead
}

const (
	maxLeads  = 32      // that are remembered of the objects of a column
	maxMisses = 1 << 15 // bounds the learning: objects that are all different have no order
)

// at says whether the lead stands at a position.
func (l *lead) at(s string, i int) bool {
	return (word(s, i)^l.word)&l.mask == 0 && (l.secondsMask == 0 || l.rest(s, i))
}

// rest says whether what is behind the first eight bytes stands at a position.
func (l *lead) rest(s string, i int) bool {
	i += 8
	return i <= len(s) && (word(s, i)^l.second)&l.secondsMask == 0 && (len(l.text) <= 16 || strings.HasPrefix(s[i+8:], l.text[16:]))
}

// A course is the leads of the objects of a column.
type course struct {
	start  lead // stands in front of the brace
	once   lead // one that is not remembered
	leads  []*lead
	misses int
}

// find looks for a lead that is not the one which came behind the last one before; nil if there is none.
func (c *course) find(behind *lead, s string, i int) *lead {
	if c.misses >= maxMisses {
		return nil
	}
	for _, n := range c.leads {
		if n.at(s, i) {
			behind.next = n
			return n
		}
	}
	return nil
}

// learn notes what stands behind a lead, in place of the oldest one if there are many. What is not to be remembered is
// returned all the same.
func (c *course) learn(behind *lead, text string, field int, kind plainKind) *lead {
	n := &c.once
	if c.misses < maxMisses && printable(text) {
		if len(c.leads) < maxLeads {
			n = &lead{}
			c.leads = append(c.leads, n)
		} else {
			n = c.leads[c.misses%maxLeads]
		}
		c.misses++
		behind.next, text = n, strings.Clone(text)
	}
	*n = lead{text: text, field: field, kind: kind, word: word(text, 0), mask: lower(len(text)), next: n.next}
	if len(text) > 8 {
		n.second, n.secondsMask = word(text, 8), lower(len(text)-8)
	}
	return n
}

// lower is the mask of so many bytes of a word.
func lower(n int) uint64 {
	if n >= 8 {
		return ^uint64(0)
	}
	return 1<<(8*uint(n)) - 1
}

// printable says whether a text is without control characters, line ends above all.
func printable(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' {
			return false
		}
	}
	return true
}
