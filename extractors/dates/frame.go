package dates

// A slot is a part of a time expression that a pattern element fills.
type slot uint8

const (
	noSlot slot = iota
	slotNum
	slotNum2
	slotUnit
	slotUnit2
	slotFrac
	slotMonth
	slotDay
	slotYear
	slotEra
	slotWeekday
	slotSeason
	slotQuarter
	slotHalf
	slotDecade
	slotCentury
	slotHoliday
	slotPart
	slotPoint
	slotClock
	slotAmPm
	slotZone
	slotRel
	slotRelYear
	slotMod
	slotMod2
	slotNumDate
	slotOrd
	slotThat
	slotFreq
	slotDayOf
	slots
)

var slotNames = map[string]slot{
	"num": slotNum, "num2": slotNum2, "unit": slotUnit, "unit2": slotUnit2, "frac": slotFrac, "month": slotMonth, "day": slotDay,
	"year": slotYear, "era": slotEra, "weekday": slotWeekday, "season": slotSeason, "quarter": slotQuarter, "half": slotHalf,
	"decade": slotDecade, "century": slotCentury, "holiday": slotHoliday, "part": slotPart, "point": slotPoint,
	"clock": slotClock, "ampm": slotAmPm, "zone": slotZone, "rel": slotRel, "relyear": slotRelYear, "mod": slotMod,
	"mod2": slotMod2, "numdate": slotNumDate, "ord": slotOrd, "that": slotThat, "freq": slotFreq, "dayof": slotDayOf,
}

// classSlots is the slot that a class fills when the pattern names none.
var classSlots = map[string]slot{
	"units": slotUnit, "dunit": slotUnit, "dunits": slotUnit, "cunit": slotUnit, "period": slotUnit,
	"monthname": slotMonth, "monthword": slotMonth, "monthabbr": slotMonth, "wday": slotWeekday, "weekdays": slotWeekday,
	"seasons": slotSeason, "seasonword": slotSeason, "parts": slotPart, "couple": slotNum, "several": slotNum, "scores": slotNum,
	"one": slotNum, "half": slotFrac, "fraction": slotFrac, "last": slotRel, "this": slotRel, "next": slotRel, "after": slotRel,
	"that": slotThat, "relyear": slotRelYear, "weekrel": slotRel, "lastn": slotRel, "nextn": slotRel, "lastpart": slotPart, "lunit": slotUnit, "monthperson": slotMonth, "secondhalf": slotHalf, "stretch": slotMod, "integerth": slotDay, "halfno": slotHalf, "early": slotMod, "earlier": slotMod, "bound": slotMod, "more": slotMod, "over": slotMod,
	"ordinal": slotOrd, "decadename": slotDecade, "setword": slotUnit, "setadj": slotUnit, "longword": slotUnit, "longunit": slotUnit, "shortyear": slotYear, "oldyear": slotYear, "bcyear": slotYear,
	"isodate": slotNumDate, "hour": slotClock, "dayword": slotDayOf, "time": slotClock, "dottime": slotClock, "hhmm": slotClock, "dayth": slotDay, "quarterno": slotQuarter,
}

// value is what an element of a pattern matched: a number, and what the class
// says beside it (hundredths of a fraction, digits of a year, order of a
// numeric date).
type value struct {
	n int32
	x int16
}

// frame holds what one time expression says, by slot.
type frame struct {
	set uint32
	v   [slots]value
}

func (f *frame) has(s slot) bool     { return f.set&(1<<s) != 0 }
func (f *frame) n(s slot) int        { return int(f.v[s].n) }
func (f *frame) put(s slot, v value) { f.set |= 1 << s; f.v[s] = v }
func (f *frame) putN(s slot, n int)  { f.put(s, value{n: int32(n)}) }
func (f *frame) or(s slot, d int) int { // the slot's number, or d
	if f.has(s) {
		return f.n(s)
	}
	return d
}

// fillFrom takes over what a neighbour in a range says and f does not: in
// "Jan. 3-5, 1998" the 5 has its month from the left and the 3 its year from
// the right.
func (f *frame) fillFrom(g *frame, list ...slot) {
	for _, s := range list {
		if g.has(s) && !f.has(s) {
			f.put(s, g.v[s])
		}
	}
}

// unit is a unit of time.
type unit int

const (
	noUnit unit = iota
	second
	minute
	hour
	night
	day
	weekend
	week
	fortnight
	month
	quarter
	year
	decade
	century
	millennium
)

// timexMod is a TIMEX3 mod.
type timexMod int

const (
	noMod timexMod = iota
	modStart
	modMid
	modEnd
	modApprox
	modMore
	modLess
	modEqualOrMore
	modEqualOrLess
	modBefore
	modAfter
	modOnOrBefore
	modOnOrAfter
)

var modNames = [...]string{"", "START", "MID", "END", "APPROX", "MORE_THAN", "LESS_THAN", "EQUAL_OR_MORE", "EQUAL_OR_LESS", "BEFORE", "AFTER", "ON_OR_BEFORE", "ON_OR_AFTER"}

const (
	spring = iota + 1
	summer
	autumn
	winter
)

var seasonNames = [...]string{"", "SP", "SU", "FA", "WI"}

const (
	partMorning = iota + 1
	partAfternoon
	partEvening
	partNight
	partDaytime
	partMidday
)

var partNames = [...]string{"", "MO", "AF", "EV", "NI", "DT", "MI"}

// forms of a verb in the present
const (
	thirdPerson    = iota + 1 // "opens"
	thirdOrNoun               // "visits"
	thirdInCaption            // "attends", which captions tell of what is past
	plainForm                 // "begin"
	plainOrNoun               // "visit"
	progressive               // "flying"
)

// valueNames are the names that the lexicon may use as values.
var valueNames = map[string]int32{
	"second": int32(second), "minute": int32(minute), "hour": int32(hour), "night": int32(night), "day": int32(day),
	"weekend": int32(weekend), "week": int32(week), "fortnight": int32(fortnight), "month": int32(month), "quarter": int32(quarter),
	"year": int32(year), "decade": int32(decade), "century": int32(century), "millennium": int32(millennium),
	"START": int32(modStart), "MID": int32(modMid), "END": int32(modEnd), "APPROX": int32(modApprox), "MORE_THAN": int32(modMore),
	"LESS_THAN": int32(modLess), "BEFORE": int32(modBefore), "AFTER": int32(modAfter), "EQUAL_OR_MORE": int32(modEqualOrMore), "EQUAL_OR_LESS": int32(modEqualOrLess),
	"SP": spring, "SU": summer, "FA": autumn, "WI": winter,
	"third": thirdPerson, "third-noun": thirdOrNoun, "third-pronoun": thirdInCaption, "plain": plainForm, "plain-noun": plainOrNoun, "progressive": progressive,
	"likely": likely, "firm": firm,
	"MO": partMorning, "AF": partAfternoon, "EV": partEvening, "NI": partNight, "DT": partDaytime, "MI": partMidday,
}
