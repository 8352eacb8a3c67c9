package types

import (
	"strings"
	"time"
)

// numericZones are abbreviations of zones for which the zone database only has an offset.
var numericZones = map[string]string{
	"Europe/Istanbul": "TRT", "America/Sao_Paulo": "BRT", "Asia/Dubai": "GST", "Asia/Singapore": "SGT",
	"America/Argentina/Buenos_Aires": "ART", "America/Bogota": "COT", "America/Lima": "PET", "Asia/Bangkok": "ICT",
	"Asia/Ho_Chi_Minh": "ICT", "Asia/Kathmandu": "NPT", "Asia/Tashkent": "UZT", "Asia/Tehran": "IRST", "Asia/Dhaka": "BDT",
	"Asia/Riyadh": "AST", "Asia/Yerevan": "AMT", "Asia/Tbilisi": "GET", "Asia/Baku": "AZT", "Asia/Kabul": "AFT",
	"Asia/Colombo": "IST", "Asia/Yangon": "MMT", "America/Caracas": "VET", "America/La_Paz": "BOT", "Asia/Baghdad": "AST",
	"Atlantic/Azores": "AZOT", "Asia/Kuala_Lumpur": "MYT", "America/Montevideo": "UYT", "America/Asuncion": "PYT",
}

// zoneFamilies are the long names of zones, by the abbreviations of their standard and summer time.
var zoneFamilies = map[string]string{
	"PST": "Pacific Standard Time", "PDT": "Pacific Daylight Time", "MST": "Mountain Standard Time", "MDT": "Mountain Daylight Time",
	"CST": "Central Standard Time", "CDT": "Central Daylight Time", "EST": "Eastern Standard Time", "EDT": "Eastern Daylight Time",
	"AKST": "Alaska Standard Time", "AKDT": "Alaska Daylight Time", "HST": "Hawaii-Aleutian Standard Time",
	"AST": "Atlantic Standard Time", "ADT": "Atlantic Daylight Time", "CET": "Central European Standard Time",
	"CEST": "Central European Summer Time", "EET": "Eastern European Standard Time", "EEST": "Eastern European Summer Time",
	"WET": "Western European Standard Time", "WEST": "Western European Summer Time", "GMT": "Greenwich Mean Time",
	"BST": "British Summer Time", "MSK": "Moscow Standard Time", "JST": "Japan Standard Time", "KST": "Korean Standard Time",
	"UTC": "Coordinated Universal Time",
}

// zoneName is the name of a zone at a timestamp, as the letter z prints it: PST, or Pacific Standard Time. A zone
// without a name is its id.
func zoneName(zone *time.Location, micros int64, full bool) string {
	id := zone.String()
	if id != "UTC" && !strings.Contains(id, "/") {
		if full && id == "GMT" {
			return zoneFamilies[id]
		}
		return id // offsets, with their prefix
	}
	name, _ := time.Unix(floorDiv(micros, Second), 0).In(zone).Zone()
	if full {
		switch {
		case name == "CST" && strings.HasPrefix(id, "Asia/"):
			return "China Standard Time"
		case name == "IST" && id == "Asia/Kolkata":
			return "India Standard Time"
		}
		if long, ok := zoneFamilies[name]; ok && (!strings.HasPrefix(id, "Asia/") || name == "JST" || name == "KST") {
			return long
		}
		return id
	}
	if name != "" && letter(name[0]) {
		return name
	}
	if name, ok := numericZones[id]; ok {
		return name
	}
	return id
}

// zoneAbbreviations are the zones that an abbreviation stands for when a text is read.
var zoneAbbreviations = map[string]string{
	"PST": "America/Los_Angeles", "PDT": "America/Los_Angeles", "MST": "America/Denver", "MDT": "America/Denver",
	"CST": "America/Chicago", "CDT": "America/Chicago", "EST": "America/New_York", "EDT": "America/New_York",
	"AKST": "America/Anchorage", "AKDT": "America/Anchorage", "HST": "Pacific/Honolulu", "CET": "Europe/Paris",
	"CEST": "Europe/Paris", "EET": "Europe/Bucharest", "EEST": "Europe/Bucharest", "WET": "Europe/Lisbon",
	"WEST": "Europe/Lisbon", "GMT": "GMT", "BST": "Europe/London", "MSK": "Europe/Moscow", "JST": "Asia/Tokyo",
	"KST": "Asia/Seoul", "IST": "Asia/Kolkata", "UTC": "UTC", "SGT": "Asia/Singapore", "AEST": "Australia/Sydney",
	"AEDT": "Australia/Sydney",
}
