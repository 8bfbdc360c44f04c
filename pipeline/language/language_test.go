package language

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func recogniser(t testing.TB) *Recogniser {
	r, err := New()
	require.NoError(t, err)
	return r
}

// news are short news texts in the languages of the table.
var news = []struct{ tag, text string }{
	{"en", "The finance minister told reporters on Monday that the talks with the union had failed, and that there would be no new offer before the end of the year."},
	{"de", "Der Finanzminister sagte am Montag vor der Presse, dass die Gespräche mit der Gewerkschaft gescheitert sind und es vor dem Ende des Jahres kein neues Angebot geben wird."},
	{"fr", "Le ministre des finances a déclaré lundi à la presse que les discussions avec le syndicat avaient échoué et qu'il n'y aurait pas de nouvelle offre avant la fin de l'année, selon les témoins qui étaient dans la salle."},
	{"es", "El ministro de Hacienda dijo el lunes a los periodistas que las negociaciones con el sindicato fracasaron y que no habrá una nueva oferta hasta fin de año, según una nota que su oficina publicó."},
	{"pt", "O ministro das Finanças disse na segunda-feira aos jornalistas que as conversas com o sindicato falharam e que não haverá uma nova proposta até ao fim do ano, mas que ele está aberto ao diálogo."},
	{"it", "Il ministro delle Finanze ha detto lunedì ai giornalisti che i colloqui con il sindacato sono falliti e che non ci sarà una nuova offerta prima della fine dell'anno, secondo una nota del governo."},
	{"nl", "De minister van Financiën zei maandag tegen journalisten dat het overleg met de vakbond is mislukt en dat er voor het einde van het jaar geen nieuw bod komt, maar dat hij nog wil praten."},
	{"sv", "Finansministern sade på måndagen till journalister att samtalen med facket har misslyckats och att det inte blir något nytt bud före årets slut, men att han är öppen för nya möten."},
	{"da", "Finansministeren sagde mandag til journalister, at forhandlingerne med fagforeningen er brudt sammen, og at der ikke kommer et nyt tilbud før årets slutning, efter at parterne havde mødtes to gange i byen."},
	{"nb", "Finansministeren sa mandag til journalister at forhandlingene med fagforeningen har brutt sammen, og at det ikke blir et nytt tilbud før årets slutt, etter at partene hadde møttes mellom jul og nyttår."},
	{"fi", "Valtiovarainministeri sanoi maanantaina toimittajille, että neuvottelut liiton kanssa ovat päättyneet tuloksetta ja että uutta tarjousta ei ole tulossa ennen vuoden loppua, mutta hän on valmis tapaamaan myös muut osapuolet."},
	{"pl", "Minister finansów powiedział w poniedziałek dziennikarzom, że rozmowy ze związkiem zakończyły się niepowodzeniem i że do końca roku nie będzie nowej oferty, ale jest gotów do dalszych rozmów."},
	{"cs", "Ministr financí v pondělí řekl novinářům, že jednání s odbory skončila neúspěchem a že do konce roku nebude nová nabídka, ale že je připraven se sejít také s dalšími stranami, které o to požádají."},
	{"hu", "A pénzügyminiszter hétfőn azt mondta az újságíróknak, hogy a szakszervezettel folytatott tárgyalások nem vezettek eredményre, és hogy az év vége előtt már nem lesz új ajánlat, de még kész egy újabb találkozóra."},
	{"ro", "Ministrul de finanțe a declarat luni ziariștilor că discuțiile cu sindicatul au eșuat și că nu va fi o nouă ofertă până la sfârșitul anului, dar este gata să se întâlnească cu cei care au cerut acest lucru."},
	{"tr", "Maliye bakanı pazartesi günü gazetecilere sendika ile görüşmelerin sonuçsuz kaldığını ve yıl sonundan önce yeni bir teklif olmayacağını söyledi, ancak daha sonra bir toplantı için hazır olduğunu da dile getirdi."},
	{"id", "Menteri keuangan mengatakan pada hari Senin bahwa pembicaraan dengan serikat pekerja tidak berhasil dan bahwa tawaran baru tidak akan diajukan karena anggaran untuk tahun ini sudah habis."},
	{"vi", "Bộ trưởng tài chính nói với các nhà báo hôm thứ hai rằng cuộc đàm phán với công đoàn đã thất bại và sẽ không có đề nghị mới trước khi năm nay kết thúc, nhưng ông cũng sẵn sàng gặp lại."},
	{"hr", "Ministar financija rekao je u ponedjeljak novinarima da su razgovori sa sindikatom propali i da do kraja godine neće biti nove ponude, ali je spreman na sastanak koji bi se održao nakon praznika."},
	{"sw", "Waziri wa fedha aliwaambia waandishi wa habari siku ya Jumatatu kwamba mazungumzo na chama cha wafanyakazi yameshindwa na hakuna ofa mpya kabla ya mwisho wa mwaka, lakini pia alisema yuko tayari kwa mkutano."},
	{"ru", "Министр финансов в понедельник сказал журналистам, что переговоры с профсоюзом не удались и что до конца года нового предложения не будет, но он готов к встрече, если её попросят."},
	{"uk", "Міністр фінансів у понеділок сказав журналістам, що переговори з профспілкою не вдалися і що до кінця року нової пропозиції не буде, але він готовий до зустрічі, якщо її попросять."},
	{"bg", "Финансовият министър каза в понеделник на журналисти, че преговорите със синдиката са се провалили и че до края на годината няма да има ново предложение, но той е готов за среща."},
	{"ar", "قال وزير المالية للصحفيين يوم الاثنين إن المحادثات مع النقابة فشلت وإنه لن يكون هناك عرض جديد قبل نهاية العام في ظل هذه الظروف التي تمر بها البلاد بعد الأزمة"},
	{"fa", "وزیر دارایی روز دوشنبه به خبرنگاران گفت که مذاکرات با اتحادیه شکست خورده است و تا پایان سال پیشنهاد جدیدی در کار نخواهد بود اما او برای دیدار آماده است"},
	{"ur", "وزیر خزانہ نے پیر کو صحافیوں سے کہا کہ یونین کے ساتھ بات چیت ناکام ہو گئی ہے اور سال کے آخر تک کوئی نئی پیشکش نہیں کی جائے گی"},
	{"hi", "वित्त मंत्री ने सोमवार को पत्रकारों से कहा कि यूनियन के साथ बातचीत विफल हो गई है और साल के अंत से पहले कोई नया प्रस्ताव नहीं होगा"},
	{"zh", "财政部长星期一对记者说，与工会的谈判已经失败，年底之前不会有新的提议，但他愿意再次会面。"},
	{"ja", "財務大臣は月曜日、記者団に対し、労働組合との交渉は決裂し、年末までに新たな提案はないと述べた。"},
	{"ko", "재무장관은 월요일 기자들에게 노조와의 협상이 실패했으며 연말 이전에는 새로운 제안이 없을 것이라고 말했다."},
	{"el", "Ο υπουργός Οικονομικών είπε τη Δευτέρα στους δημοσιογράφους ότι οι συνομιλίες με το συνδικάτο απέτυχαν και δεν θα υπάρξει νέα προσφορά."},
	{"he", "שר האוצר אמר ביום שני לעיתונאים כי השיחות עם האיגוד נכשלו וכי לא תהיה הצעה חדשה לפני סוף השנה."},
	{"th", "รัฐมนตรีว่าการกระทรวงการคลังกล่าวกับผู้สื่อข่าวเมื่อวันจันทร์ว่าการเจรจากับสหภาพล้มเหลว"},
	{"und-Cyrl", "Сыртқы саудаға байланысты министрлік келесі аптада кеңес өткізеді деп хабарлады."},
}

func TestRecognise(t *testing.T) {
	r := recogniser(t)
	for _, tc := range news {
		t.Run(tc.tag, func(t *testing.T) {
			assert.Equal(t, tc.tag, r.Recognise(tc.text))
			assert.Equal(t, tc.tag, r.Recognise(strings.Repeat(tc.text+"\n\n", 60)), "a long text")
		})
	}
}

// TestInDoubt: English that is hard to tell must never be taken for another
// language; no answer is right as well.
func TestInDoubt(t *testing.T) {
	r := recogniser(t)
	cases := []struct{ name, text string }{
		{"nothing", ""},
		{"digits", "1-0 2-1 3-3"},
		{"a headline", "Paris, Berlin agree"},
		{"names", "Juan de la Cruz, María del Carmen López y Rivas, José dos Santos, Ludwig van Beethoven, Otto von Bismarck, Charles de Gaulle, Leonardo da Vinci, Hassan al Bashir, Ali bin Abi Talib"},
		{"results", "Serie A: Juventus 2 Inter 1, Roma 0 Lazio 0, Napoli 3 Torino 1, Milan 2 Udinese 2, Parma 1 Genoa 4"},
		{"Spanish names in a sentence", "San Juan de los Lagos: Los Angeles del Sur beat Las Palmas de Gran Canaria en route to Rio de Janeiro."},
		{"a quotation", "\"Je ne sais pas ce que les autres ont fait dans cette affaire,\" he told France 2. The mayor said that he would not resign, and that he had been told of it by the police."},
		{"quoted Arabic", "The group, الدولة الإسلامية, said that it was behind the attack in Mosul."},
		{"capitals", "MINISTER QUITS AFTER VOTE IN PARLIAMENT; OPPOSITION CALLS FOR NEW ELECTION IN THE SPRING"},
		{"two languages", news[2].text + "\n\n" + news[0].text},
		{"English first, Arabic after", news[0].text + strings.Repeat(" "+news[23].text, 40)},
		{"German first, English last", strings.Repeat(news[1].text+" ", 40) + strings.Repeat(news[0].text+" ", 20)},
		{"broken bytes", strings.Repeat("\xff\xfe\xc3 ", 300)},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) { assert.Contains(t, []string{"", English}, r.Recognise(tc.text)) })
	}
}

// TestFewWords: a line or two, too short to be told English for certain.
func TestFewWords(t *testing.T) {
	r := recogniser(t)
	for _, tc := range []struct{ tag, text string }{
		{"de", "Die Polizei wurde am Abend gerufen, aber der Täter war nicht mehr da."},
		{"fr", "Les pompiers sont intervenus dans la nuit pour un incendie."},
		{"es", "Los dos hombres que huyeron con el dinero fueron detenidos, según la policía."},
		{"it", "Il capannone è andato distrutto, ma non ci sono feriti secondo una nota."},
		{"und-Latn", "Toget er ikke kommet, og det er kaldt."}, // Danish, in words that are Norwegian too
		{"", "Police said three men were held."},
		{"", "Mourinho: \"Que sera, sera\""},
		{"", "Harper's men do. #cdnpoli #topoli http://t.co/v6rKLgHd"},
		{"", "Los Angeles, Las Vegas, San Jose and El Paso"},
		{"", "Results: Le Mans 2 Les Herbiers 1, Sur 0 Paris FC 0"},
	} {
		t.Run(tc.text, func(t *testing.T) { assert.Equal(t, tc.tag, r.Recognise(tc.text)) })
	}
}

// TestShort cuts the news short: a wrong answer is worse than none, and an
// English text is never another.
func TestShort(t *testing.T) {
	r := recogniser(t)
	for _, tc := range news {
		for n := range tc.text {
			got := r.Recognise(tc.text[:n])
			if tc.tag == English {
				require.Contains(t, []string{"", English}, got, tc.text[:n])
			} else {
				require.NotEqual(t, English, got, tc.text[:n])
			}
		}
	}
}

func TestSamples(t *testing.T) {
	r := recogniser(t)
	paths, err := filepath.Glob("../../testdata/articles/*")
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	for _, p := range paths {
		raw, err := os.ReadFile(p)
		require.NoError(t, err)
		assert.Equal(t, English, r.Recognise(string(raw)), p)
	}
}

func TestTable(t *testing.T) {
	for _, bad := range []string{"en\tLatin", "en\tLatin\tThe", "en\tKlingon\tx", "en\tLatin\tв", "de\tLatin\tund", ""} {
		_, err := parse(bad)
		assert.ErrorContains(t, err, "words.tsv", "%q", bad)
	}
}

func FuzzRecognise(f *testing.F) {
	r := recogniser(f)
	for _, tc := range news {
		f.Add(tc.text)
	}
	f.Fuzz(func(t *testing.T, s string) {
		tag := r.Recognise(s)
		require.Equal(t, tag, r.Recognise(s))
		require.True(t, utf8.ValidString(tag))
	})
}

func BenchmarkRecognise(b *testing.B) {
	r := recogniser(b)
	text := strings.Repeat(news[0].text+"\n", 25) // about 4 kB, an article's length
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		r.Recognise(text)
	}
}
