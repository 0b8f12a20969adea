using System.Net;
using Purser.Protocol.Push;
using Purser.Protocol.Trust;
using Purser.Protocol.Usage;

namespace Purser.Tests.Agent.Policy;

/// <summary>Takes what devices push, and answers as it is told.</summary>
internal sealed class PushDoor : HttpMessageHandler
{
    public const string Token = "ZmY5YzY2";

    /// <summary>Null: nobody is there.</summary>
    public Func<PushRequest, PushReply>? Answer { get; set; }

    public HttpStatusCode Status { get; set; } = HttpStatusCode.OK;

    public List<PushRequest> Received { get; } = [];

    public IEnumerable<PushKind> Kinds => Received.Select(request => request.Message.Kind);

    /// <summary>As the authority does: what came is acknowledged.</summary>
    public PushReply Acknowledge(PolicyBench bench, PushRequest request) => PushReply.Ok(bench.Acknowledge(IdsOf(request)), bench.Clock.GetUtcNow());

    public PushReply Trust(PolicyBench bench, PushRequest request) =>
        PushReply.Ok(bench.Trust(TrustRequestFile.Read(request.Message.File!).Value.Requests, id: 551 + Received.Count), bench.Clock.GetUtcNow());

    public static IReadOnlyList<ulong> IdsOf(PushRequest request) => [.. ReportFile.Read(request.Message.File!).Value.Reports.Select(text => SealedReport.Read(text).Value.Report.Id)];

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var read = PushRequest.Read(await request.Content!.ReadAsByteArrayAsync(cancellationToken));
        Received.Add(read.Value);
        Assert.EndsWith("/cslu/v1/pi", request.RequestUri!.AbsolutePath, StringComparison.Ordinal);
        return Answer is null
            ? throw new HttpRequestException("connection refused")
            : new HttpResponseMessage(Status) { Content = new ByteArrayContent(Answer(read.Value).Write()), Headers = { RetryAfter = Status == HttpStatusCode.OK ? null : new(TimeSpan.FromMinutes(7)) } };
    }
}
