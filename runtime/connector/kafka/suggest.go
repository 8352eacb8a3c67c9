package kafka

import (
	"fmt"
	"slices"
	"strings"

	"gospark/runtime/condition"
)

// suggest names the known name that is closest to a wrong one, if it is close.
func suggest(name string, known []string) string {
	slices.Sort(known)
	best, least := "", len(name)/3+2
	for _, k := range known {
		if d := condition.Distance(strings.ToLower(name), strings.ToLower(k)); d < least {
			best, least = k, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf("; did you mean %q?", best)
}
