namespace Listmonk.Tests.Templates.Blocks;

/// <summary>Block documents as editors write them.</summary>
internal static class BlockSamples
{
    /// <summary>Every kind of block, with properties and a kind that nobody knows.</summary>
    public const string Everything = """
        {
          "root": { "type": "EmailLayout", "data": { "backdropColor": "#F5F5F5", "canvasColor": "#FFFFFF", "textColor": "#262626", "fontFamily": "BOOK_SERIF", "futureSetting": { "a": [1, 2.50] }, "childrenIds": ["h", "t", "m", "i", "b", "c", "s", "d", "sp", "av", "ht", "so", "zz", "lost"] } },
          "h": { "type": "Heading", "data": { "props": { "text": "Hello {{ .Subscriber.FirstName }}", "level": "h1" }, "style": { "padding": { "top": 24, "bottom": 8, "left": 24, "right": 24 } } } },
          "t": { "type": "Text", "data": { "props": { "text": "Plain & simple\nsecond line" }, "style": { "color": "#333333", "fontSize": 14, "fontWeight": null } } },
          "m": { "type": "Text", "data": { "props": { "text": "Some **bold** and [a link](https://example.com/a?b=1&c=2@TrackLink)", "markdown": true }, "style": {} } },
          "i": { "type": "Image", "data": { "props": { "url": "https://example.com/a.png", "alt": "A \"view\"", "linkHref": "https://example.com/", "embed": true, "width": 300 } } },
          "b": { "type": "Button", "data": { "props": { "text": "Go", "url": "https://example.com/{{ .Subscriber.UUID }}", "buttonStyle": "pill" }, "style": { "textAlign": "center" } } },
          "c": { "type": "ColumnsContainer", "data": { "props": { "columnsCount": 2, "columnsGap": 16, "fixedWidths": [200, null, null], "columns": [ { "childrenIds": ["c1"] }, { "childrenIds": ["c2"] }, { "childrenIds": ["hidden"] } ] }, "style": { "padding": { "top": 8, "bottom": 8, "left": 24, "right": 24 } } } },
          "c1": { "type": "Text", "data": { "props": { "text": "left" } } },
          "c2": { "type": "Text", "data": { "props": { "text": "right" } } },
          "hidden": { "type": "Text", "data": { "props": { "text": "third" } } },
          "s": { "type": "Container", "data": { "style": { "backgroundColor": "#1552C0", "borderColor": "#000000", "borderRadius": 8 }, "props": { "childrenIds": ["s1"] } } },
          "s1": { "type": "Text", "data": { "props": { "text": "inside" }, "style": { "color": "#FFFFFF" } } },
          "d": { "type": "Divider", "data": { "props": { "lineColor": "#CCCCCC", "lineHeight": 2 } } },
          "sp": { "type": "Spacer", "data": { "props": { "height": 16 } } },
          "av": { "type": "Avatar", "data": { "props": { "imageUrl": "https://example.com/me.png", "shape": "circle", "size": 48, "alt": "Me" } } },
          "ht": { "type": "Html", "data": { "props": { "contents": "<p class=\"own\">Own <b>markup</b></p>" } } },
          "so": { "type": "SocialLinks", "data": { "props": { "links": [ { "network": "github", "url": "https://github.com/example" }, { "network": "gopherhole", "url": "https://gopher.example" } ] } } },
          "zz": { "type": "Countdown", "until": 5, "data": { "props": { "to": "2030-01-01" } } },
          "orphan": { "type": "Text", "data": { "props": { "text": "nowhere" } } },
          "note": "not even a block"
        }
        """;

    public static string Page(string blocks, params string[] ids) =>
        $$$"""{ "root": { "type": "EmailLayout", "data": { "childrenIds": [{{{string.Join(',', ids.Select(id => $"\"{id}\""))}}}] } }, {{{blocks}}} }""";
}
