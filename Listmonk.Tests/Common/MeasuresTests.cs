using System.Diagnostics.Metrics;
using Listmonk.Core.Common;

namespace Listmonk.Tests.Common;

public sealed class MeasuresTests
{
    [Fact]
    public void A_listener_sees_what_is_counted_and_of_what_kind()
    {
        var seen = new List<string>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Name == Measures.MeterName)
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            lock (seen)
            {
                seen.Add($"{instrument.Name} {value} {string.Join(',', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"))}");
            }
        });
        listener.Start();

        Measures.CountHits("click", "a-verdict-of-this-test", 7);

        lock (seen)
        {
            Assert.Contains("listmonk.hits 7 kind=click,verdict=a-verdict-of-this-test", seen);
        }
    }
}
