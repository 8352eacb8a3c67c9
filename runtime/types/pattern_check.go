package types

import (
	"strings"

	"gospark/runtime/condition"
)

// Letters that java.time knows and Spark refuses: those of week-based dates, and others; and those it only prints.
const (
	weekLetters        = "YWwuec"
	refusedLetters     = "ABnNp"
	formatOnlyLetters  = "EFqQ"
	legacyLetters      = "GyYMLwWDdFEuaHkKhmsSzZX"
	refusedAtFive      = "GMLEQq" // in five letters they are a single letter, which Spark 2 printed in full
	longestYear        = 6
	docRoot            = "https://spark.apache.org/docs/latest"
	parserPolicyConfig = `"spark.sql.legacy.timeParserPolicy"`
)

// A patternProblem is why a pattern is refused, before it is known whether Spark 2 would have taken it.
type patternProblem struct {
	err *condition.Error // nil: no reason worth a name
}

// judge is the error of a refused pattern: if the formatter of Spark 2 knew it, the error says that it changed.
func (p *patternProblem) judge(pattern string) error {
	switch {
	case legacyAccepts(pattern):
		return condition.New("INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_PATTERN_RECOGNITION", "42K0B",
			"You may get a different result due to the upgrading to Spark >= 3.0:\n"+
				"Fail to recognize '%s' pattern in the DateTimeFormatter.\n"+
				"1) You can set %s to \"LEGACY\" to restore the behavior before Spark 3.0.\n"+
				"2) You can form a valid datetime pattern with the guide from '%s/sql-ref-datetime-pattern.html'.",
			pattern, parserPolicyConfig, docRoot).
			WithParam("pattern", "'"+pattern+"'").WithParam("config", parserPolicyConfig).WithParam("docroot", docRoot)
	case p.err != nil:
		return p.err
	}
	return condition.New("INVALID_DATETIME_PATTERN.WITH_SUGGESTION", "22007",
		"Unrecognized datetime pattern: '%s'. You can form a valid datetime pattern with the guide from "+
			"'%s/sql-ref-datetime-pattern.html'.", pattern, docRoot).
		WithParam("pattern", "'"+pattern+"'").WithParam("docroot", docRoot)
}

// legacyAccepts says whether Java's SimpleDateFormat takes a pattern.
func legacyAccepts(pattern string) bool {
	quotes := false
	for i := 0; i < len(pattern); i++ {
		switch c := pattern[i]; {
		case c == '\'':
			quotes = !quotes
		case quotes || !letter(c):
		case strings.IndexByte(legacyLetters, c) < 0:
			return false
		case c == 'X' && strings.HasPrefix(pattern[i:], "XXXX"):
			return false
		}
	}
	return !quotes
}

// unquoted are the stretches of a pattern between quotes.
func unquoted(pattern string) []string {
	var parts []string
	for i, p := range strings.Split(pattern, "'") {
		if i%2 == 0 {
			parts = append(parts, p)
		}
	}
	return parts
}

func hasEra(pattern string) bool {
	for _, p := range unquoted(pattern) {
		if strings.IndexByte(p, 'G') >= 0 {
			return true
		}
	}
	return false
}

func checkLetters(pattern string, parsing bool) *patternProblem {
	for _, p := range unquoted(pattern) {
		if i := strings.IndexAny(p, weekLetters); i >= 0 {
			return &patternProblem{condition.New("INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_WEEK_BASED_PATTERN", "42K0B",
				"You may get a different result due to the upgrading to Spark >= 3.0:\n"+
					"All week-based patterns are unsupported since Spark 3.0, detected week-based character: %s.\n"+
					"Please use the SQL function EXTRACT instead.", p[i:i+1]).WithParam("c", p[i:i+1])}
		}
		for i := range len(p) {
			if strings.IndexByte(refusedLetters, p[i]) >= 0 || parsing && strings.IndexByte(formatOnlyLetters, p[i]) >= 0 {
				return &patternProblem{condition.New("INVALID_DATETIME_PATTERN.ILLEGAL_CHARACTER", "22007",
					"Unrecognized datetime pattern: %s. Illegal pattern character found in datetime pattern: %s. "+
						"Please provide legal character.", pattern, p[i:i+1]).WithParam("c", p[i:i+1]).WithParam("pattern", pattern)}
			}
		}
		long := ""
		for _, c := range refusedAtFive {
			if s := strings.Repeat(string(c), 5); strings.Contains(p, s) {
				long = s
			}
		}
		if s := strings.Repeat("y", longestYear+1); strings.Contains(p, s) {
			long = s
		}
		if long != "" {
			return &patternProblem{condition.New("INVALID_DATETIME_PATTERN.LENGTH", "22007",
				"Unrecognized datetime pattern: %s. Too many letters in datetime pattern: %s. Please reduce pattern length.",
				long, long).WithParam("pattern", long)}
		}
	}
	return nil
}
