package text

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

// tokenCases: a text and its tokens, a bar between them.
var tokenCases = [][2]string{
	{"Iraq's al-Sudani met Gen. McKenzie.", "Iraq|'s|al-Sudani|met|Gen.|McKenzie|."},
	{"Mohammed Shia’ al-Sudani’s role", "Mohammed|Shia’|al-Sudani|’s|role"},
	{"‘We trust Iran’ said he", "‘|We|trust|Iran|’|said|he"},
	{"Sa'ad al-Hadithi, O’Brien, don't, we’ll", "Sa'ad|al-Hadithi|,|O’Brien|,|don't|,|we’ll"},
	{"the officials’ concerns; James' hat", "the|officials|’|concerns|;|James|'|hat"},
	{"IRAN'S PLAN and it's McDonald's", "IRAN|'S|PLAN|and|it|'s|McDonald|'s"},
	{"Iran-backed US-led Iranian-controlled groups", "Iran|-|backed|US|-|led|Iranian|-|controlled|groups"},
	{"US-Iraq ties, U.S.-led, U.S. -led", "US|-|Iraq|ties|,|U.S.|-|led|,|U.S.|-|led"},
	{"Israel-Hamas-brokered", "Israel|-|Hamas|-|brokered"},
	{"Anti-government Long-term High-level State-owned", "Anti-government|Long-term|High-level|State-owned"},
	{"Kim Jong-un and Ban Ki-moon", "Kim|Jong-un|and|Ban|Ki-moon"},
	{"Coca-Cola, Mid-East, five-year, pro-Iran", "Coca-Cola|,|Mid-East|,|five-year|,|pro-Iran"},
	{"T-shirt X-ray Guinea-Bissau AFL-CIO F-16s Covid-19-related", "T-shirt|X-ray|Guinea-Bissau|AFL-CIO|F-16s|Covid-19|-|related"},
	{"Sen. Bob Casey, D-Pa., spoke", "Sen.|Bob|Casey|,|D|-|Pa.|,|spoke"},
	{"It cost US$1,500 or $3.5 or €20 or 5%.", "It|cost|US$|1,500|or|$|3.5|or|€|20|or|5|%|."},
	{"on Jan. 3-5, 2019–20, 9/11, 24/7, 10:30, 10am", "on|Jan.|3-5|,|2019–20|,|9/11|,|24/7|,|10:30|,|10am"},
	{"at 10 a.m. and 5p.m. sharp", "at|10|a.m.|and|5p.m.|sharp"},
	{"the 1990s, the '90s, the ’60s, 5th, 1990's, summer of '69.", "the|1990s|,|the|'90s|,|the|’60s|,|5th|,|1990's|,|summer|of|'69|."},
	{"964media 20-year-old 25,000-strong 737-800 2020-01-03", "964media|20-year-old|25,000-strong|737-800|2020-01-03"},
	{"and/or km/h", "and|/|or|km|/|h"},
	{"word—word, NEWSROOM — A, x -- y", "word|—|word|,|NEWSROOM|—|A|,|x|--|y"},
	{"Wait... what… ok", "Wait|...|what|…|ok"},
	{"Why!? “Yes.” (No.)", "Why|!|?|“|Yes|.|”|(|No|.|)"},
	{"See https://example.com/a_(b)?c=d, or www.bbc.co.uk.", "See|https://example.com/a_(b)?c=d|,|or|www.bbc.co.uk|."},
	{"Amazon.com and j.doe@mail.example.org!", "Amazon.com|and|j.doe@mail.example.org|!"},
	{"It ended.The next", "It|ended|.|The|next"},
	{"@SecPompeo likes #Iraq #1", "@SecPompeo|likes|#Iraq|#|1"},
	{"AT&T, R&D, Johnson & Johnson", "AT&T|,|R&D|,|Johnson|&|Johnson"},
	{"J. K. Rowling, J.K. Rowling, George W. Bush", "J.|K.|Rowling|,|J.K.|Rowling|,|George|W.|Bush"},
	{"No. 10 said no. Serie A. Then plan B.", "No.|10|said|no|.|Serie|A|.|Then|plan|B|."},
	{"Apple Inc. and Jackson, Miss. He fell ill.", "Apple|Inc.|and|Jackson|,|Miss.|He|fell|ill|."},
	{"on Sun. Jan. 3, the Sun. Then", "on|Sun.|Jan.|3|,|the|Sun|.|Then"},
	{"(Reuters) [sic] {x}", "(|Reuters|)|[|sic|]|{|x|}"},
	{"naïve café São Tomé Łódź", "naïve|café|São|Tomé|Łódź"},
	{"Ph.D. e.g. U.N. D.C. Lt. Gen.", "Ph.D.|e.g.|U.N.|D.C.|Lt.|Gen."},
	{"👍🏽 ok ❤️", "👍🏽|ok|❤️"},
	{"\"Yes\" ''no'' ``so''", "\"|Yes|\"|''|no|''|``|so|''"},
	{"Man's 2-1 win; 4x100m", "Man|'s|2-1|win|;|4x100m"},
	{"$5bn, £3m, Rs 500, C$20", "$|5bn|,|£|3m|,|Rs|500|,|C$|20"},
	{"Wednesday-Sunday", "Wednesday|-|Sunday"},
}

func TestTokens(t *testing.T) {
	s := newSegmenter(t)
	for _, c := range tokenCases {
		t.Run(c[0], func(t *testing.T) {
			d := &article.Document{Text: c[0]}
			s.Segment(d)
			var got []string
			for _, tok := range d.Tokens {
				got = append(got, d.TextOf(tok.Span))
			}
			assert.Equal(t, c[1], strings.Join(got, "|"))
			assert.Equal(t, "", check(d))
		})
	}
}

// sentenceCases: running text with a bar where a sentence ends and another begins.
var sentenceCases = []string{
	"He met U.S. officials.| They talked to Gen. Frank McKenzie at 10 a.m. Monday.| He left.",
	"The U.S. -led coalition paused.| It resumed.",
	"ON January 8., Abdul Mahdi's spokesman said so.",
	"It began on January 8.| Troops left.",
	"“We will stay.”| He left. ",
	"“We will stay,” he said. |“We must.”",
	"\"We will stay.\"| He left. |\"We must,\" he said.",
	"“Why now?” he asked. |“Because!” she said.",
	"“Why now?” Smith asked reporters. |He had no answer.",
	"He asked why. |(Nobody knew.) |Then he left.",
	"Was it so?! |Nobody knew.",
	"The 1st Bn. Royal Anglian Regt. left Kabul with Pte. John Hall and Lcpl. Ann Lee. |They were tired.",
	"The 2nd Bn., 5th Marines, met Sgt. Hall of the 3rd Bde. in Iraq. |Capt. Lee was there.",
	"He had joined the 7th Regt. |The others stayed with Cpl. Smith.",
	"Wg. Cdr. Ann Lee and Sqn. Ldr. Bo Ek fly with No. 5 Sqn. over the North Sea. |They land.",
	"Apple Inc. said it would. |Ford Motor Co. did not.",
	"It was bought by Apple Inc. |The price is not known.",
	"He lives in Washington, D.C. |He works there.",
	"He lives in Washington, D.C., and works there.",
	"J. K. Rowling wrote it. |George W. Bush read it.",
	"The office at No. 10 Downing Street was shut. |No. |Nobody came.",
	"Dr. Smith, Mrs. Jones and Sgt. Maj. Lee came. |They sat.",
	"Prices rose 3.5 percent in Jan. and 4 in Feb. 2020. |They fell in Dec. |The bank waited.",
	"He paused... and went on. |“Well...” |The end came.",
	"He said … nothing. |It was over…| But then it began.",
	"She works for the U.N. |He does not.",
	"He moved to the U.K. |However, he kept his house.",
	"The former U.S. Senator from Iowa spoke.",
	"The U.S. Amateur Championship began.",
	"It ended.|The next day it rained.",
	"1. First we eat.| 2. Then we sleep.",
	"The case of Roe v. Wade was heard. |So was Smith vs. Jones.",
	"He scored 10 points vs. Spain. |Smith (b. 1950) did not.",
	"Bring cups, plates, etc. |The rest is here.",
	"Many, e.g. Smith, i.e. the mayor, came.",
	"The company earned $1.5 million. |Shares rose.",
	"He was 45. |She was 50.",
	"Do it for the U.S.A.! |We will.",
	"“Stop!”| “Why?” |“No reason.”",
	"Yahoo! said so. |So did Joann!",
	"what is it? |it is not this. |“Is it?” he asked.",
	"At 5 p.m. the shops closed. |At 6 p.m. (1800 GMT) all was dark.",
	"St. Louis and Ft. Worth are cities. |Mt. Etna is not.",
	"He said it cost “about $5.” |That was wrong.",
	"This is it. |'It is not,' he said. |‘It is,’ she said.",
	"• One thing |• Another thing",
	"Thousands fled to the north. |al-Sudani stayed.",
	"Vice Adm. John Lee and Lt. Gen. Pat White spoke to Rep. Lee.| It was brief.",
	"Martin Luther King Jr. was there. |Sammy Davis Jr. |The singer came too.",
	"We saw it (see p. 10). |Then vol. 2 came out.",
	"So do I. |The rest do not.",
	"Serie A. |The club said so.",
	"He got the job. |“I’m glad,” he said.",
	"这是一句话。|这是另一句。",
	"एक वाक्य। |दूसरा वाक्य।",
}

func TestSentences(t *testing.T) {
	s := newSegmenter(t)
	for _, c := range sentenceCases {
		t.Run(c, func(t *testing.T) {
			src := strings.ReplaceAll(c, "|", "")
			d := &article.Document{Text: src, Blocks: []article.Block{{Span: article.Span{End: len(src)}}}}
			s.Segment(d)
			var got []string
			for _, x := range d.Sentences {
				got = append(got, d.TextOf(x.Span))
			}
			var want []string
			for _, w := range strings.Split(c, "|") {
				want = append(want, strings.TrimSpace(w))
			}
			assert.Equal(t, strings.Join(want, "\n"), strings.Join(got, "\n"))
			assert.Equal(t, "", check(d))
		})
	}
}

// show prints the sentences of a document, one a line, line breaks inside them as a slash.
func show(d *article.Document) string {
	var b strings.Builder
	for _, x := range d.Sentences {
		b.WriteString(x.Section.String() + "|" + strings.NewReplacer("\r\n", "/", "\n", "/").Replace(d.TextOf(x.Span)) + "\n")
	}
	return b.String()
}

func TestSections(t *testing.T) {
	for _, tc := range []struct{ name, src, want, title, byline string }{
		{
			"headline, byline, date", "Troops Leave the Base\n\nBy Anna Lee\nFebruary 5, 2020\n\nThe last troops left on Monday. Nobody was hurt.\n",
			"title|Troops Leave the Base\nbyline|By Anna Lee\nbyline|February 5, 2020\nbody|The last troops left on Monday.\nbody|Nobody was hurt.\n",
			"Troops Leave the Base", "Anna Lee",
		},
		{
			"name line before a date", "Troops Leave the Base\nAnna Lee\nFeb. 5, 2020\nThe last troops left on Monday. Nobody was hurt.\n",
			"title|Troops Leave the Base\nbyline|Anna Lee\nbyline|Feb. 5, 2020\nbody|The last troops left on Monday.\nbody|Nobody was hurt.\n",
			"Troops Leave the Base", "Anna Lee",
		},
		{
			"date first", "Thursday, January 2, 2020\n\nThe Guns Of March\n\nThe siege is over, for now. They have made that clear.",
			"byline|Thursday, January 2, 2020\ntitle|The Guns Of March\nbody|The siege is over, for now.\nbody|They have made that clear.\n",
			"The Guns Of March", "",
		},
		{
			"kicker", "Talking to us\n\nExclusive: The minister says that talks go on\n\nThe minister said so on Monday. He left.",
			"heading|Talking to us\ntitle|Exclusive: The minister says that talks go on\nbody|The minister said so on Monday.\nbody|He left.\n",
			"Exclusive: The minister says that talks go on", "",
		},
		{
			"headings, one paragraph a line", "A Long Way Home\nThe men walked for two days before they were found. They are well.\nWhat comes next?\nThe court meets in May, and a decision is expected then.\nThe price of peace\nNobody knows what it will cost the country in the end.\n",
			"title|A Long Way Home\nbody|The men walked for two days before they were found.\nbody|They are well.\nheading|What comes next?\nbody|The court meets in May, and a decision is expected then.\nheading|The price of peace\nbody|Nobody knows what it will cost the country in the end.\n",
			"A Long Way Home", "",
		},
		{
			"hard-wrapped text", "Ministers Meet\n\nThe ministers of the two countries met in the capital on Monday to talk\nabout water, which has been scarce since the\nsummer of the year before last. Farmers from the\nnorth came to watch. They were not\nlet in, and they left. Talks go on\nin May, officials said.\n\nThe next talks are in June.\n",
			"title|Ministers Meet\nbody|The ministers of the two countries met in the capital on Monday to talk/about water, which has been scarce since the/summer of the year before last.\nbody|Farmers from the/north came to watch.\nbody|They were not/let in, and they left.\nbody|Talks go on/in May, officials said.\nbody|The next talks are in June.\n",
			"Ministers Meet", "",
		},
		{
			"list", "What we know\n\nHere is what is known so far, according to the police:\n- Two men were seen\n- One of them ran\n1. A car was found\n\nMore will follow in the morning.",
			"title|What we know\nbody|Here is what is known so far, according to the police:\nbody|- Two men were seen\nbody|- One of them ran\nbody|1. A car was found\nbody|More will follow in the morning.\n",
			"What we know", "",
		},
		{
			"credits and captions", "Rain Again\n\nRain fell on Monday. More is expected.\n\nPhoto: Anna Lee/Agency\n\nIt was the third storm of the month, forecasters said.\n\n(Additional reporting by Bo Berg in Oslo; editing by Cy Chu)\n",
			"title|Rain Again\nbody|Rain fell on Monday.\nbody|More is expected.\ncaption|Photo: Anna Lee/Agency\nbody|It was the third storm of the month, forecasters said.\nbyline|(Additional reporting by Bo Berg in Oslo; editing by Cy Chu)\n",
			"Rain Again", "",
		},
		{
			"agency style", "RAIN IN THE NORTH - AGENCY.\nOSLO 1996-08-30\nRain fell on Monday, the agency said.\nMore is expected.\n",
			"title|RAIN IN THE NORTH - AGENCY.\nbyline|OSLO 1996-08-30\nbody|Rain fell on Monday, the agency said.\nbody|More is expected.\n",
			"RAIN IN THE NORTH - AGENCY.", "",
		},
		{"no headline", "Rain fell on Monday. More is expected.\nIt was cold.", "body|Rain fell on Monday.\nbody|More is expected.\nbody|It was cold.\n", "", ""},
		{"one line", "Rain in the north", "body|Rain in the north\n", "", ""},
		{
			"CRLF", "Rain Again\r\n\r\nRain fell on Monday.\r\nIt was cold there.\r\n", "title|Rain Again\nbody|Rain fell on Monday.\nbody|It was cold there.\n", "Rain Again", "",
		},
		{
			"dialogue", "A Talk\n\n“Where were you?”\n“At home.”\n“Who was with you?”\n“Nobody.”\n",
			"title|A Talk\nbody|“Where were you?”\nbody|“At home.”\nbody|“Who was with you?”\nbody|“Nobody.”\n", "A Talk", "",
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			d := segment(t, tc.src)
			assert.Equal(t, tc.want, show(d))
			assert.Equal(t, tc.title, d.Title)
			assert.Equal(t, tc.byline, d.Byline)
			assert.Equal(t, "", check(d))
		})
	}
}

func TestStatedTitleStays(t *testing.T) {
	d := &article.Document{Text: "Site name\nRain again.\nRain fell on Monday. It was cold there.", Title: "Rain Again.", Byline: "Bo Berg"}
	newSegmenter(t).Segment(d)
	assert.Equal(t, "heading|Site name\ntitle|Rain again.\nbody|Rain fell on Monday.\nbody|It was cold there.\n", show(d))
	assert.Equal(t, "Rain Again.", d.Title)
	assert.Equal(t, "Bo Berg", d.Byline)
}
