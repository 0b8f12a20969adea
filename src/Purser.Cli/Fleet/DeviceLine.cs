using System.Net;
using System.Net.Http.Headers;
using Purser.Protocol.Wire;

namespace Purser.Cli.Fleet;

/// <summary>One device's way to the authority. It loses, repeats and reorders messages, and shows every answer to the witness.</summary>
internal sealed class DeviceLine(HttpMessageInvoker http, Witness witness, FleetClock clock, SeededSource random, Tally tally) : HttpMessageHandler
{
    private readonly List<Late> late = [];

    /// <summary>When something that is still under way arrives.</summary>
    public DateTimeOffset? NextArrival => late.Count == 0 ? null : late.Min(static one => one.At);

    /// <summary>Brings what was under way until now.</summary>
    public async Task ArriveAsync(CancellationToken cancel)
    {
        foreach (var one in late.Where(one => one.At <= clock.Now).ToList())
        {
            late.Remove(one);
            using var answer = await CarryAsync(one.Address, one.Message, one.ExecutedBefore, cancel);
        }
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var address = request.RequestUri!;
        var message = await request.Content!.ReadAsByteArrayAsync(cancellationToken);
        var fault = Faults.Draw(random);
        if (fault != Fault.None)
        {
            tally.Add("faults", fault.ToString());
        }

        switch (fault)
        {
            case Fault.LostRequest:
                throw new HttpRequestException("the request was lost on the way");
            case Fault.Delayed:
                Hold(address, message);
                throw new HttpRequestException("the request is still under way");
            case Fault.Busy:
                return Busy();
            default:
                break;
        }

        var answer = await CarryAsync(address, message, null, cancellationToken);
        switch (fault)
        {
            case Fault.Duplicated:
                (await CarryAsync(address, message, null, cancellationToken)).Dispose();
                break;
            case Fault.LateTwin:
                Hold(address, message);
                break;
            case Fault.LostReply:
                answer.Dispose();
                throw new HttpRequestException("the answer was lost on the way");
            default:
                break;
        }

        return answer;
    }

    private void Hold(Uri address, byte[] message) => late.Add(new Late(clock.Now + Faults.DrawDelay(random), address, message, witness.Executed));

    private async Task<HttpResponseMessage> CarryAsync(Uri address, byte[] message, int? executedBefore, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(message) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        tally.Add("messages", "sent");
        var response = await http.SendAsync(request, cancel);
        var body = await response.Content.ReadAsByteArrayAsync(cancel);
        if (response.StatusCode == HttpStatusCode.OK)
        {
            witness.Observe(RequestReader.Read(message).Value, body, executedBefore);
        }
        else
        {
            witness.ObserveRefusal(response.StatusCode);
        }

        var copy = new HttpResponseMessage(response.StatusCode) { Content = new ByteArrayContent(body) };
        copy.Headers.RetryAfter = response.Headers.RetryAfter;
        response.Dispose();
        return copy;
    }

    private HttpResponseMessage Busy()
    {
        var answer = new HttpResponseMessage(HttpStatusCode.ServiceUnavailable);
        answer.Headers.RetryAfter = new RetryConditionHeaderValue(TimeSpan.FromSeconds(random.Between(1, 600)));
        return answer;
    }

    private sealed record Late(DateTimeOffset At, Uri Address, byte[] Message, int ExecutedBefore);
}
