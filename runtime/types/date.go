package types

import (
	"math"
	"strings"

	"gospark/runtime/condition"
)

// A date is a number of days since 1970-01-01 in the proleptic Gregorian calendar.

// DaysOf is the date of a year, month and day; the parts are not checked (see MakeDate).
// The era starts in March, so that the leap day is the last of its year.
func DaysOf(year, month, day int) int64 {
	y := int64(year)
	if month <= 2 {
		y--
	}
	era := floorDiv(y, 400)
	yoe := y - era*400
	doy := int64((153*((month+9)%12)+2)/5 + day - 1)
	return era*146097 + yoe*365 + yoe/4 - yoe/100 + doy - 719468
}

// CivilOf is the year, month and day of a date.
func CivilOf(days int64) (year, month, day int) {
	z := days + 719468
	era := floorDiv(z, 146097)
	doe := z - era*146097
	yoe := (doe - doe/1460 + doe/36524 - doe/146096) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	mp := (5*doy + 2) / 153
	day = int(doy - (153*mp+2)/5 + 1)
	month = int(mp + 3)
	y := yoe + era*400
	if month > 12 {
		month -= 12
		y++
	}
	return int(y), month, day
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if (a%b != 0) && (a < 0) != (b < 0) {
		q--
	}
	return q
}

func floorMod(a, b int64) int64 { return a - floorDiv(a, b)*b }

// IsLeap says whether a year has a February 29.
func IsLeap(year int) bool { return year%4 == 0 && (year%100 != 0 || year%400 == 0) }

var monthDays = [...]int{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}

// MonthDays is the length of a month.
func MonthDays(year, month int) int {
	if month == 2 && IsLeap(year) {
		return 29
	}
	return monthDays[month-1]
}

var (
	monthNames = [...]string{"January", "February", "March", "April", "May", "June", "July", "August", "September",
		"October", "November", "December"}
	dayNames = [...]string{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"}
)

// MonthName is the name of a month in three letters, as monthname has it.
func MonthName(days int32) string { _, m, _ := CivilOf(int64(days)); return monthNames[m-1][:3] }

// DayName is the name of a day of the week in three letters, as dayname has it.
func DayName(days int32) string { return dayNames[Weekday(days)][:3] }

// Weekday is 0 for Monday up to 6 for Sunday.
func Weekday(days int32) int { return int(floorMod(int64(days)+3, 7)) }

// YearDay is the number of the day in its year, from 1.
func YearDay(days int32) int {
	y, _, _ := CivilOf(int64(days))
	return int(int64(days)-DaysOf(y, 1, 1)) + 1
}

// Quarter is 1 to 4.
func Quarter(days int32) int { _, m, _ := CivilOf(int64(days)); return (m + 2) / 3 }

// ISOWeek is the year and week of ISO 8601: weeks start on Monday, and the first has the year's first Thursday.
func ISOWeek(days int32) (year, week int) {
	thursday := int64(days) - int64(Weekday(days)) + 3
	year, _, _ = CivilOf(thursday)
	return year, int(thursday-DaysOf(year, 1, 1))/7 + 1
}

// Java's LocalDate ends at these years.
const minYear, maxYear = -999999999, 999999999

// MakeDate is the date of a year, month and day; the error is in java.time's words.
func MakeDate(year, month, day int) (int32, error) {
	if msg := dateProblem(year, month, day); msg != "" {
		return 0, OutOfBounds(msg)
	}
	days := DaysOf(year, month, day)
	if days != int64(int32(days)) {
		return 0, condition.New("ARITHMETIC_OVERFLOW", "22003",
			"integer overflow. If necessary set \"spark.sql.ansi.enabled\" to \"false\" to bypass this error.")
	}
	return int32(days), nil
}

// dateProblem is what java.time says about a date that does not exist, "" if it does.
func dateProblem(year, month, day int) string {
	switch {
	case year < minYear || year > maxYear:
		return outside("Year", "-999999999 - 999999999", year)
	case month < 1 || month > 12:
		return outside("MonthOfYear", "1 - 12", month)
	case day < 1 || day > 31:
		return outside("DayOfMonth", "1 - 28/31", day)
	case day <= MonthDays(year, month):
		return ""
	case month == 2 && day == 29:
		return "Invalid date 'February 29' as '" + itoa(year) + "' is not a leap year"
	}
	return "Invalid date '" + strings.ToUpper(monthNames[month-1]) + " " + itoa(day) + "'"
}

func outside(field, valid string, v int) string {
	return "Invalid value for " + field + " (valid values " + valid + "): " + itoa(v)
}

// OutOfBounds is the error of a date or time part that is out of range.
func OutOfBounds(message string) *condition.Error {
	return condition.New("DATETIME_FIELD_OUT_OF_BOUNDS.WITH_SUGGESTION", "22023",
		"%s. If necessary set \"spark.sql.ansi.enabled\" to \"false\" to bypass this error.", message).
		WithParam("rangeMessage", message).WithParam("ansiConfig", `"spark.sql.ansi.enabled"`)
}

// overflow is the error of arithmetic that leaves the range of its type.
func overflow(kind string) *condition.Error {
	return condition.New("ARITHMETIC_OVERFLOW", "22003",
		"%s overflow. If necessary set \"spark.sql.ansi.enabled\" to \"false\" to bypass this error.", kind).
		WithParam("message", kind+" overflow").WithParam("alternative", "").WithParam("config", `"spark.sql.ansi.enabled"`)
}

// AddDays adds days to a date; ok is false on overflow.
func AddDays(days int32, n int64) (int32, bool) {
	sum := int64(days) + n
	return int32(sum), n >= -1<<33 && n <= 1<<33 && sum == int64(int32(sum))
}

// AddMonths adds months; a day beyond the end of the month becomes its last. ok is false on overflow.
func AddMonths(days int32, months int64) (int32, bool) {
	d, ok := addMonths(int64(days), months)
	return int32(d), ok && d == int64(int32(d))
}

func addMonths(days, months int64) (int64, bool) {
	if months < -1<<40 || months > 1<<40 {
		return 0, false
	}
	y, m, d := CivilOf(days)
	total := int64(y)*12 + int64(m-1) + months
	ny, nm := int(floorDiv(total, 12)), int(floorMod(total, 12))+1
	if ny < minYear || ny > maxYear {
		return 0, false
	}
	return DaysOf(ny, nm, min(d, MonthDays(ny, nm))), true
}

// LastDay is the last day of the date's month.
func LastDay(days int32) int32 {
	y, m, d := CivilOf(int64(days))
	return days + int32(MonthDays(y, m)-d)
}

// ParseWeekday reads a day of the week in two, three or all its letters; 0 is Monday.
func ParseWeekday(s string) (int, error) {
	lower := strings.ToLower(s)
	for i, n := range dayNames {
		n = strings.ToLower(n)
		if lower == n || lower == n[:3] || lower == n[:2] {
			return i, nil
		}
	}
	return 0, condition.New("ILLEGAL_DAY_OF_WEEK", "22009", "Illegal input for day of week: %s.", s).WithParam("string", s)
}

// NextDay is the first date after days that is the weekday.
func NextDay(days int32, weekday int) int32 {
	return days + 1 + int32(floorMod(int64(weekday-Weekday(days)-1), 7))
}

// DaysInRange says whether an int64 number of days is a date.
func DaysInRange(days int64) bool { return days >= math.MinInt32 && days <= math.MaxInt32 }

func itoa(n int) string {
	var b [20]byte
	return string(appendInt(b[:0], int64(n)))
}
