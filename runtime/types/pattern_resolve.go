package types

// clockRanges are what java.time allows in the time fields, each with its words.
var clockRanges = []struct {
	field   timeField
	lo, hi  int64
	allowed string
}{
	{hour1to24Field, 1, 24, "1 - 24"}, {hour12Field, 1, 12, "1 - 12"}, {hour11Field, 0, 11, "0 - 11"},
	{hour24Field, 0, 23, "0 - 23"}, {minuteField, 0, 59, "0 - 59"}, {secondField, 0, 59, "0 - 59"},
}

// resolve makes a local time of the fields. A problem is in java.time's words; whole says that it came up while the
// text was being read, so that the message has to name the text.
func (v *parsed) resolve() (local int64, problem string, whole bool) {
	for _, r := range clockRanges {
		if x := v.fields[r.field]; v.has[r.field] && (x < r.lo || x > r.hi) {
			return 0, outside(fieldLabels[r.field], r.allowed, int(x)), true
		}
	}
	if v.has[hour1to24Field] && !v.set(hour24Field, v.fields[hour1to24Field]%24) {
		return 0, "Conflict found: HourOfDay differs from ClockHourOfDay", true
	}
	if v.has[hour12Field] && !v.set(hour11Field, v.fields[hour12Field]%12) {
		return 0, "Conflict found: HourOfAmPm differs from ClockHourOfAmPm", true
	}
	if v.has[hour11Field] && v.has[halfField] && !v.set(hour24Field, v.fields[halfField]*12+v.fields[hour11Field]) {
		return 0, "Conflict found: HourOfDay differs from HourOfAmPm", true
	}
	days, problem, whole := v.date()
	if problem != "" {
		return 0, problem, whole
	}
	hour := int64(0)
	switch {
	case v.has[hour24Field]:
		hour = v.fields[hour24Field]
	case v.has[hour11Field]:
		hour = v.fields[hour11Field]
	case v.has[halfField]:
		hour = v.fields[halfField] * 12
	}
	start, ok := mul64(days, Day)
	if !ok {
		return 0, "long overflow", false
	}
	local, ok = add64(start, hour*Hour+v.fields[minuteField]*Minute+v.fields[secondField]*Second+v.fields[nanoField]/1000)
	if !ok {
		return 0, "long overflow", false
	}
	return local, "", false
}

func (v *parsed) date() (days int64, problem string, whole bool) {
	if v.has[eraYearField] {
		y := v.fields[eraYearField]
		switch {
		case y < 1:
			return 0, outside("YearOfEra", "1 - 999999999/1000000000", int(y)), true
		case v.has[eraField] && v.fields[eraField] == 0:
			y = 1 - y
		}
		if !v.set(yearField, y) {
			return 0, "Conflict found: Year differs from YearOfEra", true
		}
	}
	year := int64(1970)
	if v.has[yearField] {
		year = v.fields[yearField]
	}
	month, day := v.fields[monthField], v.fields[dayField]
	full := v.has[yearField] && v.has[monthField] && v.has[dayField]
	if v.has[yearDayField] && !full {
		doy := v.fields[yearDayField]
		leap := year >= minYear && year <= maxYear && IsLeap(int(year))
		switch {
		case year < minYear || year > maxYear:
			return 0, outside("Year", "-999999999 - 999999999", int(year)), v.has[yearField]
		case doy < 1 || doy > 366:
			return 0, outside("DayOfYear", "1 - 365/366", int(doy)), v.has[yearField]
		case doy == 366 && !leap:
			return 0, "Invalid date 'DayOfYear 366' as '" + itoa(int(year)) + "' is not a leap year", v.has[yearField]
		}
		days = DaysOf(int(year), 1, 1) + doy - 1
		_, m, d := CivilOf(days)
		if v.has[monthField] && int64(m) != month || v.has[dayField] && int64(d) != day {
			return 0, "Conflict found: the day of the year is not on the month and day", v.has[yearField]
		}
		return days, "", false
	}
	if !v.has[monthField] {
		month = 1
	}
	if !v.has[dayField] {
		day = 1
	}
	if problem := dateProblem(int(year), int(month), int(day)); problem != "" {
		return 0, problem, full
	}
	days = DaysOf(int(year), int(month), int(day))
	if v.has[yearDayField] && days-DaysOf(int(year), 1, 1)+1 != v.fields[yearDayField] {
		return 0, "Conflict found: Field DayOfYear " + itoa(int(days-DaysOf(int(year), 1, 1)+1)) +
			" differs from DayOfYear " + itoa(int(v.fields[yearDayField])) + " derived from " + string(appendCivil(nil, days)), true
	}
	return days, "", false
}
