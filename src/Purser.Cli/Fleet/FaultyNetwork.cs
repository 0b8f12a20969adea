using System.Net.Http.Headers;

namespace Purser.Cli.Fleet;

/// <summary>
/// One device's way to the server. It loses messages and answers, delivers messages twice at the same moment, and brings copies of old ones back
/// after newer ones have passed. Remembers when the server must have heard the device, which is what silence is measured by.
/// </summary>
internal sealed class FaultyNetwork(HttpMessageHandler server, FleetClock clock, SeededRandom random, FleetFaults faults, FleetCounters counters)
    : HttpMessageHandler
{
    private readonly HttpMessageInvoker way = new(server, disposeHandler: false);
    private (Uri Address, byte[] Body)? stray;

    /// <summary>When a message of this device last reached the server, whatever became of its answer.</summary>
    public DateTimeOffset? LastDelivered { get; private set; }

    /// <summary>No copy of an old message will come any more.</summary>
    public void Calm() => stray = null;

    /// <summary>Delivers the stray copy of an old message, if there is one: nobody waits for its answer.</summary>
    public async Task StrayAsync(CancellationToken cancel)
    {
        if (stray is { } copy)
        {
            stray = null;
            counters.Late();
            using var response = await DeliverAsync(copy.Address, copy.Body, cancel);
        }
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancel)
    {
        counters.Sent();
        var body = await request.Content!.ReadAsByteArrayAsync(cancel);
        if (random.Chance(faults.LostRequest))
        {
            counters.LostRequest();
            throw new HttpRequestException("the message was lost on its way");
        }

        var copies = random.Chance(faults.Duplicate) ? Deliver2Async(request.RequestUri!, body, cancel) : null;
        var response = copies is null ? await DeliverAsync(request.RequestUri!, body, cancel) : await copies;
        if (random.Chance(faults.Late))
        {
            stray = (request.RequestUri!, body);
        }

        if (random.Chance(faults.LostReply))
        {
            response.Dispose();
            counters.LostReply();
            throw new HttpRequestException("the answer was lost on its way");
        }

        return response;
    }

    protected override void Dispose(bool disposing)
    {
        way.Dispose();
        base.Dispose(disposing);
    }

    private async Task<HttpResponseMessage> Deliver2Async(Uri address, byte[] body, CancellationToken cancel)
    {
        counters.Duplicate();
        var both = await Task.WhenAll(DeliverAsync(address, body, cancel), DeliverAsync(address, body, cancel));
        both[0].Dispose();
        return both[1];
    }

    private async Task<HttpResponseMessage> DeliverAsync(Uri address, byte[] body, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        var response = await way.SendAsync(request, cancel);
        await response.Content.LoadIntoBufferAsync(cancel);
        if (response.IsSuccessStatusCode)
        {
            LastDelivered = clock.Now;
        }

        return response;
    }
}
