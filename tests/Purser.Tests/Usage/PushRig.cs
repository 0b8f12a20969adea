using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Purser.Protocol;
using Purser.Protocol.Push;
using Purser.Protocol.Trust;
using Purser.Protocol.Usage;
using Purser.Server.Commands;
using Purser.Server.Store;
using Purser.Server.Tokens;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Usage;

/// <summary>The switch of a <see cref="ReportingWorld"/> at the door at which devices push.</summary>
internal sealed class PushRig : IAsyncDisposable
{
    private int nonces;

    private PushRig(ReportingWorld world) => (World, Http) = (world, world.Installation.NewClient());

    public ReportingWorld World { get; }

    public HttpClient Http { get; }

    public DateTimeOffset Now => World.Installation.Clock.Now;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task<PushRig> StartAsync(Engine engine) => new(await ReportingWorld.StartAsync(engine));

    public async Task<string> TokenAsync(string place, int? uses = null)
    {
        var input = new CreateTokens.Input([await World.Stock.PlaceAsync(place)]) { MaximumUses = uses, TermsAccepted = true };
        var made = await World.Installation.Get<CreateTokens>().HandleAsync(new Command(CreateTokens.Name, Actor.System, input) { Accounts = [World.Stock.Account.Id] }, input, Stop);
        Assert.True(made.IsOk, made.Refusal?.Detail);
        return made.Value.Tokens[0].Token!;
    }

    public Task RevokeAsync(string token) => World.Stock.RunAsync<long>(async scope =>
    {
        var hash = RegistrationTokenText.HashOf(token)!;
        var row = await scope.Db.RegistrationTokens.SingleAsync(one => one.TextHash == hash, Stop);
        row.RevokedAt = scope.Now;
        return row.Id;
    });

    /// <summary>The switch gets its trust code by a token.</summary>
    public async Task<string> TrustedAsync(ECDsa key) => Assert.Single(CodesIn(await TrustAsync(TrustFile(ReportingWorld.Switch, key), await TokenAsync("A")))).Id;

    public string TrustFile(Udi udi, ECDsa key) => TrustFile(key, udi);

    public string TrustFile(ECDsa key, params Udi[] units) => TrustRequestFile.Write(units.Select(udi => new TrustRequest(udi, World.SoftwareTag, key.ExportSubjectPublicKeyInfo(), Now).Seal(key)));

    /// <summary>Reports of the tenth of March, signed.</summary>
    public string Reports(ECDsa key, string trust, params ulong[] ids) => new ReportFile([.. ids.Select(id => SealedReport.Seal(World.Report(id, "03-10", "03-11", 4), key, trust).Write())]).Write();

    public Task<PushReply> TrustAsync(string file, string? token, Udi? udi = null) =>
        SendAsync(PushRequest.Unsigned(Message(PushKind.Trust) with { Udi = udi ?? ReportingWorld.Switch, File = file, IdToken = token }));

    public Task<PushReply> PushAsync(ECDsa key, string trust, PushKind kind, string file, string tenant = "") => SendAsync(PushRequest.Seal(Message(kind) with { File = file }, key, trust), tenant);

    public Task<PushReply> PollAsync(ECDsa key, string trust, string pollId) => SendAsync(PushRequest.Seal(Message(PushKind.Poll) with { PollId = pollId }, key, trust));

    public PushMessage Message(PushKind kind) => new(ReportingWorld.Switch, Now, Nonce(), kind);

    public string Nonce() => (++nonces).ToString(CultureInfo.InvariantCulture).PadLeft(Purser.Protocol.Wire.Nonce.Length, '0');

    public async Task<PushReply> SendAsync(PushRequest request, string tenant = "")
    {
        using var content = new ByteArrayContent(request.Write()) { Headers = { ContentType = new("application/json") } };
        using var answer = await Http.PostAsync($"/cslu/v1/pi{tenant}", content, Stop);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var reply = PushReply.Read(await answer.Content.ReadAsByteArrayAsync(Stop));
        Assert.True(reply.IsOk, reply.Detail);
        return reply.Value;
    }

    public async Task<HttpStatusCode> StatusAsync(string body, string type = "application/json")
    {
        using var content = new StringContent(body, Encoding.UTF8, type);
        using var answer = await Http.PostAsync("/cslu/v1/pi", content, Stop);
        return answer.StatusCode;
    }

    public async Task<int> CountAsync()
    {
        await using var db = World.Installation.Database.Read();
        return await db.ReceivedReports.CountAsync(Stop);
    }

    public static List<TrustCode> CodesIn(PushReply reply)
    {
        Assert.True(reply.Status == PushStatus.Ok, reply.Message);
        return [.. ImportFile.Read(reply.File!).Value.Elements.Select(element => TrustCode.Read(element.Data).Value)];
    }

    public static IEnumerable<ulong> AcknowledgedIn(PushReply reply)
    {
        Assert.True(reply.Status == PushStatus.Ok, reply.Message);
        return Acknowledgement.Read(ImportFile.Read(reply.File!).Value.Find(Acknowledgement.Element)!.Data).Value.Acknowledged.Order();
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await World.DisposeAsync();
    }
}
