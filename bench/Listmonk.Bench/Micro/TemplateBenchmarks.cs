using System.Text.Encodings.Web;
using BenchmarkDotNet.Attributes;
using Fluid;
using Listmonk.Core.Templates;
using Listmonk.Core.Templates.Expressions;

namespace Listmonk.Bench.Micro;

/// <summary>Our template engine beside Fluid: the same newsletter, the same escaped output. Fluid writes characters, ours UTF-8.</summary>
[MemoryDiagnoser]
public class TemplateBenchmarks : IDisposable
{
    private static readonly FluidParser Parser = new();
    private readonly CompiledTemplate _template = CompiledTemplate.Compile(Newsletter.Html, TemplateMode.Html, TemplateFunctionSet.Campaign);
    private readonly RenderContext _context = new()
    {
        Root = new MessageTemplateObject
        {
            Subscriber = new SubscriberTemplateObject { Id = 7, Name = "Ann Archer", Email = "ann@example.com", AttributesJson = Newsletter.Attributes },
        },
    };

    private readonly Utf8TemplateWriter _writer = new();
    private readonly IFluidTemplate _fluid = Parser.Parse(Newsletter.Liquid);
    private readonly StringWriter _fluidWriter = new();
    private readonly TemplateOptions _fluidOptions = new() { MemberAccessStrategy = new UnsafeMemberAccessStrategy() };
    private readonly object _fluidModel = new
    {
        Subscriber = new
        {
            FirstName = "Ann",
            Name = "Ann Archer",
            Email = "ann@example.com",
            Attribs = new Dictionary<string, object>(StringComparer.Ordinal) { ["city"] = "Graz", ["plan"] = "garden", ["points"] = 1280, ["branch"] = "North Gate" },
        },
    };

    /// <summary>A comparison of different outputs would mean nothing.</summary>
    [GlobalSetup]
    public async Task CompareAsync()
    {
        Render();
        if (_writer.ToString() != (await RenderFluid()).ToString())
        {
            throw new InvalidOperationException("The two engines render different mails.");
        }
    }

    [Benchmark(Description = "Render a 20 KB template")]
    public int Render()
    {
        _writer.Clear();
        _template.Render(_context, _writer);
        return _writer.Written.Length;
    }

    [Benchmark(Description = "Render it with Fluid")]
    public async Task<StringWriter> RenderFluid()
    {
        _fluidWriter.GetStringBuilder().Clear();
        await _fluid.RenderAsync(_fluidWriter, HtmlEncoder.Default, new TemplateContext(_fluidModel, _fluidOptions));
        return _fluidWriter;
    }

    [Benchmark(Description = "Compile a 20 KB template")]
    public CompiledTemplate Compile() => CompiledTemplate.Compile(Newsletter.Html, TemplateMode.Html, TemplateFunctionSet.Campaign);

    [Benchmark(Description = "Compile it with Fluid")]
    public IFluidTemplate CompileFluid() => Parser.Parse(Newsletter.Liquid);

    [GlobalCleanup]
    public void Dispose()
    {
        _writer.Dispose();
        _fluidWriter.Dispose();
        GC.SuppressFinalize(this);
    }
}
