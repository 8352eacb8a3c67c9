package history

import (
	"regexp"
	"sync"
)

// secretKey is Spark's default for spark.redaction.regex.
var secretKey = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?i)secret|password|token|access[.]?key`) })

// redacted is a copy of properties that anybody may see. Like Spark it looks at names, and at values too, which may be
// whole connection strings.
func redacted(properties [][2]string) [][2]string {
	list := make([][2]string, len(properties))
	for i, p := range properties {
		if secretKey().MatchString(p[0]) || secretKey().MatchString(p[1]) {
			p[1] = "*********(redacted)"
		}
		list[i] = p
	}
	return list
}
