package expr

import (
	"testing"

	"gospark/runtime/sql"
)

// Formats as java.util.Formatter and java.text.DecimalFormat have them.
func TestFormats(t *testing.T) {
	for text, want := range map[string]string{
		`format_string('%5d|%-5d|%05d|%+d|%(d|% d', 42, 42, 42, 42, -42, 42)`:    "   42|42   |00042|+42|(42)| 42",
		`format_string('%,d %,.2f', -1234567, 1234567.891D)`:                     "-1,234,567 1,234,567.89",
		`format_string('%x %X %#x %o', 255, 255, -1, 8)`:                         "ff FF 0xffffffff 10",
		`format_string('%2$s %1$s %s %<s', 'a', 'b')`:                            "b a a a",
		`format_string('%S|%.2s|%5.1s|%-4s|', 'ab', 'abc', 'abc', 'é')`:          "AB|ab|    a|é   |",
		`format_string('%e %.3E %g %g', 12345.678D, 0.00012D, 0.0001D, 1e10D)`:   "1.234568e+04 1.200E-04 0.000100000 1.00000e+10",
		`format_string('%.0f %.1f %.2f %f', 2.5D, 0.25D, 1.005D, 1e20D)`:         "3 0.3 1.01 100000000000000000000.000000",
		`format_string('%b %b %c %%%n', true, NULL, 65)`:                         "true false A %\n",
		`format_string('%08.2f|%+.1f|%s', -3.14159D, 2.0D, 1.5F)`:                "-0003.14|+2.0|1.5",
		`format_string('%f', cast('NaN' as double))`:                             "NaN",
		`format_number(1234567.891, 2)`:                                          "1,234,567.89",
		`format_number(2.5D, 0)`:                                                 "2",
		`format_number(3.5D, 0)`:                                                 "4",
		`format_number(-0.5D, 0)`:                                                "-0",
		`format_number(0.125D, 2)`:                                               "0.12",
		`format_number(999.995, 2)`:                                              "1,000.00",
		`format_number(12332.123456, '##################.###')`:                  "12332.123",
		`format_number(0.5, '#.##')`:                                             ".5",
		`format_number(0.256, '0.0%')`:                                           "25.6%",
		`format_number(1234.5, '$#,##0.00;($#,##0.00)')`:                         "$1,234.50",
		`format_number(-1234.5, '$#,##0.00;($#,##0.00)')`:                        "($1,234.50)",
		`format_number(-7, '000')`:                                               "-007",
		`to_char(454, '999')`:                                                    "454",
		`to_char(454.00, '000D00')`:                                              "454.00",
		`to_char(12454, '99G999')`:                                               "12,454",
		`to_char(78.12, '$99.99')`:                                               "$78.12",
		`to_char(-12454.8, '99G999D9S')`:                                         "12,454.8-",
		`to_char(454, '99999')`:                                                  "  454",
		`to_char(454, '00000')`:                                                  "00454",
		`to_char(1234, '999')`:                                                   "###",
		`to_char(-5, 'MI9')`:                                                     "-5",
		`to_char(5, 'S9')`:                                                       "+5",
		`to_char(-5, '9PR')`:                                                     "<5>",
		`to_char(0.5, '9.9')`:                                                    "0.5",
		`cast(to_number('454.00', '000.00') as string)`:                          "454.00",
		`cast(to_number('$78.12', '$99.99') as string)`:                          "78.12",
		`cast(to_number('12,454.8-', '99,999.9S') as string)`:                    "-12454.8",
		`cast(to_number('<12>', '99PR') as string)`:                              "-12",
		`coalesce(cast(try_to_number('12x', '999') as string), 'none')`:          "none",
		`coalesce(cast(try_to_number('1234', '999') as string), 'none')`:         "none",
		`coalesce(cast(try_to_number('45', '000') as string), 'none')`:           "none",
		`parse_url('http://user:pw@h.example:8080/p/a?q=1&r=2#f', 'USERINFO')`:   "user:pw",
		`parse_url('http://user:pw@h.example:8080/p/a?q=1&r=2#f', 'AUTHORITY')`:  "user:pw@h.example:8080",
		`parse_url('http://user:pw@h.example:8080/p/a?q=1&r=2#f', 'HOST')`:       "h.example",
		`parse_url('http://user:pw@h.example:8080/p/a?q=1&r=2#f', 'FILE')`:       "/p/a?q=1&r=2",
		`parse_url('http://user:pw@h.example:8080/p/a?q=1&r=2#f', 'REF')`:        "f",
		`parse_url('http://user:pw@h.example:8080/p/a?q=1&r=2#f', 'QUERY', 'r')`: "2",
		`coalesce(try_parse_url('http://a b', 'HOST'), 'none')`:                  "none",
		`str_to_map('a=1;b=2', ';', '=')['b']`:                                   "2",
	} {
		e, err := sql.ParseExpression(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		x, err := (&scope{}).expr(e)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		v, err := Constant(testContext(), x)
		if err != nil || v != any(want) {
			t.Errorf("%s: got %#v, want %q (%v)", text, v, want, err)
		}
	}
}
