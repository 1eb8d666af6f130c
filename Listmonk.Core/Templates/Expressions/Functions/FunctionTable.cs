using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace Listmonk.Core.Templates.Expressions.Functions;

/// <summary>The functions that a kind of template may call.</summary>
internal sealed class FunctionTable
{
    /// <summary>Written by the link rewriter, never by people: the address of a numbered link.</summary>
    public const string TrackedLink = "TrackedLink";

    /// <summary>Written by the shorthand: texts and values, in turn, that make up a URL.</summary>
    public const string JoinUrl = "JoinURL";

    private static readonly FunctionTable Campaign = new([.. Library(), .. MessageFunctions.ForCampaigns]);
    private static readonly FunctionTable Transactional = new(Library());
    private static readonly FunctionTable System = new([.. Library(), .. MessageFunctions.ForSystem]);

    private readonly FrozenDictionary<string, TemplateFunction> _functions;

    private FunctionTable(IEnumerable<TemplateFunction> functions)
    {
        _functions = functions.ToFrozenDictionary(function => function.Name, StringComparer.Ordinal);
    }

    public IEnumerable<string> Names => _functions.Keys;

    public static FunctionTable For(TemplateFunctionSet set) => set switch
    {
        TemplateFunctionSet.Campaign => Campaign,
        TemplateFunctionSet.System => System,
        _ => Transactional,
    };

    public bool Contains(string name) => name is "and" or "or" || _functions.ContainsKey(name);

    public bool TryGet(string name, [MaybeNullWhen(false)] out TemplateFunction function) => _functions.TryGetValue(name, out function);

    private static IEnumerable<TemplateFunction> Library() =>
    [
        .. LanguageFunctions.All, .. TextFunctions.All, .. NumberFunctions.All, .. DateFunctions.All, .. ListFunctions.All,
        .. MapFunctions.All, .. RegexFunctions.All, .. EncodingFunctions.All, .. MessageFunctions.ForAll,
    ];
}
