package analysis

import (
	"slices"
	"sort"
	"strings"

	"gospark/runtime/condition"
	"gospark/runtime/expr"
	"gospark/runtime/logical"
)

// unresolvedColumn says that a name stands for nothing. The columns there are come with it, those with the most similar
// names first.
func unresolvedColumn(o *logical.Origin, parts []string, cols []*expr.Attr) {
	if len(cols) == 0 {
		fail(o, "UNRESOLVED_COLUMN.WITHOUT_SUGGESTION", "objectName", quoteParts(parts))
	}
	fail(o, "UNRESOLVED_COLUMN.WITH_SUGGESTION", "objectName", quoteParts(parts), "proposal", proposal(parts, cols))
}

// proposals is how many names an error suggests.
const proposals = 5

func proposal(parts []string, cols []*expr.Attr) string {
	names := make([][]string, len(cols))
	cols = slices.Clone(cols) // by name among those as near as others
	sort.SliceStable(cols, func(i, j int) bool { return cols[i].Name < cols[j].Name })
	for i, a := range cols {
		names[i] = append(slices.Clone(a.Qualifier), a.Name)
		if names[i][0] == logical.UnnamedQuery {
			names[i] = names[i][1:]
		}
	}
	switch {
	case len(parts) == 1 && samePrefix(names, 1):
		names = lasts(names, 1)
	case len(parts) <= 2 && samePrefix(names, 2):
		names = lasts(names, 2)
	}
	texts := make([]string, len(names))
	for i, n := range names {
		texts[i] = quoteParts(n)
	}
	written := quoteIfNeeded(parts)
	sort.SliceStable(texts, func(i, j int) bool {
		return condition.Distance(written, texts[i]) < condition.Distance(written, texts[j])
	})
	return strings.Join(texts[:min(len(texts), proposals)], ", ")
}

// samePrefix says whether all names are the same but for their last n parts.
func samePrefix(names [][]string, n int) bool {
	for _, name := range names {
		if !slices.Equal(name[:max(0, len(name)-n)], names[0][:max(0, len(names[0])-n)]) {
			return false
		}
	}
	return true
}

func lasts(names [][]string, n int) [][]string {
	out := make([][]string, len(names))
	for i, name := range names {
		out[i] = name[max(0, len(name)-n):]
	}
	return out
}
