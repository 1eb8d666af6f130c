namespace Listmonk.Tests.Templates.Expressions;

public sealed class FunctionTests
{
    [Theory]
    [InlineData("{{ .Subscriber.Attribs.absent | default \"friend\" }} {{ .Subscriber.Attribs.zero | default 9 }} {{ coalesce 0 \"\" \"c\" }} {{ ternary 1 2 false }}", "friend 9 c 2")]
    [InlineData("{{ upper \"aé\" }} {{ title \"two words\" }} {{ trim \" x \" }} {{ swapcase \"aB\" }} {{ initials \"Ada K. Love\" }} {{ nospace \"a b\" }}", "AÉ Two Words x Ab AKL ab")]
    [InlineData("{{ trunc 2 \"abc\" }} {{ trunc -2 \"abc\" }} {{ abbrev 6 \"abcdefgh\" }} {{ substr 1 3 \"abcd\" }} {{ repeat 2 \"ab\" }}", "ab bc abc... bc abab")]
    [InlineData("{{ \"a-b\" | replace \"-\" \"+\" }} {{ contains \"b\" \"abc\" }} {{ hasPrefix \"a\" \"abc\" }} {{ trimSuffix \"c\" \"abc\" }} {{ trimAll \"#\" \"#x#\" }}", "a+b true true ab x")]
    [InlineData("{{ join \", \" .Subscriber.Attribs.tags }} {{ splitList \",\" \"a,b\" }} {{ (split \",\" \"a,b\")._1 }} {{ sortAlpha (list \"b\" \"a\") }}", "red, blue [a b] b [a b]")]
    [InlineData("{{ quote \"a\\\"b\" nil 1 }} {{ squote \"x\" }} {{ cat 1 nil \"b\" }} {{ plural \"one\" \"many\" .Subscriber.Attribs.visits }}", "\"a\\\"b\" \"1\" 'x' 1 b many")]
    [InlineData("{{ indent 1 \"a\\nb\" }}{{ nindent 2 \"c\" }} {{ wrap 3 \"ab cd\" }}", " a\n b\n  c ab\ncd")]
    [InlineData("{{ snakecase \"FirstName\" }} {{ kebabcase \"FirstName\" }} {{ camelcase \"first_name\" }}", "first_name first-name FirstName")]
    [InlineData("{{ add 1 2.9 \"3\" }} {{ sub 1 3 }} {{ mul 2 3 4 }} {{ div -7 2 }} {{ mod 7 2 }} {{ add1 1 }} {{ max 1 3 2 }} {{ min 3 1 }}", "6 -2 24 -3 1 2 3 1")]
    [InlineData("{{ addf 0.1 0.2 }} {{ divf 1 4 }} {{ round 2.5 0 }} {{ round 1.005 2 }} {{ round -1.2 0 }} {{ ceil 1.1 }} {{ floor 1.9 }}", "0.3 0.25 3 1.01 -1 2 1")]
    [InlineData("{{ int 3.9 }} {{ int \"x\" }} {{ float64 \"1.5\" }} {{ until 3 }} {{ untilStep 4 0 -2 }} {{ seq 2 4 }}", "3 0 1.5 [0 1 2] [4 2] 2 3 4")]
    [InlineData("{{ printf \"%05d|%-4s|%+.1f|%x|%q|%t|%v|%T\" 42 \"ab\" 1.25 255 \"a\" true nil 1.5 }}", "00042|ab  |+1.2|ff|\"a\"|true|<nil>|float64")]
    [InlineData("{{ printf \"%d %s\" 1 }} {{ printf \"%d\" \"x\" }} {{ printf \"a\" 1 }}", "1 %!s(MISSING) %!d(string=x) a%!(EXTRA int=1)")]
    [InlineData("{{ print 1 2 \"a\" 3 }} {{ println \"x\" 1 }}", "1 2a3 x 1\n")]
    [InlineData("{{ first (list 1 2) }} {{ last (list 1 2) }} {{ rest (list 1 2) }} {{ initial (list 1 2) }} {{ reverse (list 1 2) }} {{ slice (list 1 2 3) 1 }}", "1 2 [2] [1] [2 1] [2 3]")]
    [InlineData("{{ append (list 1) 2 }} {{ prepend (list 1) 0 }} {{ concat (list 1) (list 2) }} {{ uniq (list 1 1.0 2) }} {{ without (list 1 2) 1 }} {{ compact (list 0 1) }} {{ has 2 (list 1 2) }} {{ chunk 2 (list 1 2 3) }}", "[1 2] [0 1] [1 2] [1 2] [2] [1] true [[1 2] [3]]")]
    [InlineData("{{ $d := dict \"b\" 2 \"a\" 1 }}{{ $_ := set $d \"c\" 3 }}{{ $d }} {{ get $d \"a\" }}[{{ get $d \"x\" }}] {{ keys $d }} {{ hasKey $d \"b\" }} {{ pick $d \"a\" }} {{ omit $d \"a\" }}", "map[a:1 b:2 c:3] 1[] [a b c] true map[a:1] map[b:2 c:3]")]
    [InlineData("{{ dig \"pet\" \"name\" \"-\" .Subscriber.Attribs }} {{ dig \"no\" \"-\" .Subscriber.Attribs }} {{ merge (dict \"a\" 1) (dict \"a\" 2 \"b\" 3) }} {{ pluck \"a\" (dict \"a\" 1) (dict) }}", "Rex - map[a:1 b:3] [1]")]
    [InlineData("{{ toJson (dict \"a\" (list 1 nil \"<\")) }} {{ (fromJson \"{\\\"x\\\":[1]}\").x }} {{ toRawJson \"<\" }}", "{\"a\":[1,null,\"\\u003c\"]} [1] \"<\"")]
    [InlineData("{{ regexMatch \"^a+$\" \"aa\" }} {{ regexReplaceAll \"(a)(b)\" \"xaby\" \"${2}$1\" }} {{ regexFind \"[0-9]+\" \"a12\" }} {{ regexFindAll \"[0-9]\" \"1a2\" -1 }} {{ regexSplit \",\" \"a,b\" -1 }}", "true xbay 12 [1 2] [a b]")]
    [InlineData("{{ b64enc \"hi\" }} {{ b64dec \"aGk=\" }} {{ b32enc \"hi\" }} {{ b32dec \"NBUQ====\" }} {{ sha256sum \"\" | trunc 8 }}", "aGk= hi NBUQ==== hi e3b0c442")]
    [InlineData("{{ base \"a/b.txt\" }} {{ dir \"a/b.txt\" }} {{ ext \"b.txt\" }} {{ clean \"a/./../b\" }} {{ (urlParse \"https://h:1/p?q#f\").host }} {{ urlquery \"a b&\" }}", "b.txt a .txt b h:1 a+b%26")]
    [InlineData("{{ len \"é\" }} {{ len .Subscriber.Attribs.tags }} {{ kindOf 1.5 }} {{ kindIs \"map\" .Subscriber.Attribs }} {{ typeOf \"x\" }} {{ deepEqual (list 1) (list 1) }}", "2 2 float64 true string true")]
    [InlineData("{{ Date \"2006-01-02 15:04:05 MST\" }} {{ now | date \"Jan _2, 3PM\" }} {{ now.Weekday }} {{ now.Month }} {{ now.YearDay }}", "2026-03-05 14:07:09 UTC Mar  5, 2PM Thursday March 64")]
    [InlineData("{{ toDate \"2006-01-02\" .Subscriber.Attribs.born | date \"Monday 02 January 06\" }} {{ date \"2006\" 0 }} {{ date \"02.01.\" \"2026-03-04\" }}", "Monday 24 December 01 1970 04.03.")]
    [InlineData("{{ .Subscriber.CreatedAt.Time | dateModify \"-1.5h\" | date \"15:04\" }} {{ (.Subscriber.CreatedAt.Time.AddDate 0 1 0).Format \"Jan\" }} {{ dateInZone \"15:04 -07:00\" .Subscriber.CreatedAt.Time \"Europe/Vienna\" }}", "06:39 Jul 10:09 +02:00")]
    [InlineData("{{ duration 3700 }} {{ durationRound \"49h\" }} {{ ago (now | dateModify \"-2m\") }} {{ htmlDate .Subscriber.CreatedAt.Time }} {{ unixEpoch .Subscriber.CreatedAt.Time }}", "1h1m40s 2d 2m0s 2021-06-07 1623053350")]
    public void Functions_work_as_documented(string source, string expected) => Assert.Equal(expected, Rendering.Text(source));
}
