using System.Text;
using Purser.Protocol;
using Purser.Protocol.Wire;

namespace Purser.Tests.Protocol;

public sealed class WireGoldenTests
{
    public static TheoryData<RequestType> Types => [.. Enum.GetValues<RequestType>()];

    [Theory]
    [MemberData(nameof(Types))]
    public void The_exact_text_of_a_request_stays_as_it_is(RequestType type) =>
        Golden.Check($"request-{type.Name()}.json", RequestWriter.Compose(WireSamples.Header(type), WireSamples.Body(type)));

    [Theory]
    [MemberData(nameof(Types))]
    public void The_exact_text_of_a_reply_stays_as_it_is(RequestType type)
    {
        var reply = ReplyWriter.Ok(Recorded(type), WireSamples.Reply(type), WireSamples.Now);
        Golden.Check($"reply-{type.Name()}.json", reply);
    }

    [Fact]
    public void Refusals_stay_as_they_are()
    {
        var request = Recorded(RequestType.Registration);
        Golden.Check("reply-failed.json", ReplyWriter.Failed(request, WireCode.TokenExpired, "The token expired on 2026-03-01", WireSamples.Now));
        Golden.Check("reply-try-again.json", ReplyWriter.TryAgain(request, WireSamples.Now.AddDays(1)));
        Golden.Check("reply-unreadable.json", ReplyWriter.Unreadable(WireCode.Malformed, "Not valid UTF-8", WireSamples.Now));
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void A_recorded_signed_message_is_read_and_verified(RequestType type)
    {
        using var key = WireSamples.Key();
        var request = Recorded(type);

        Assert.Equal(type, request.Type);
        Assert.True(request.IsSignedBy(key));
        Assert.Equal(File.ReadAllText(GoldenFile($"request-{type.Name()}.json")), Encoding.UTF8.GetString(request.Text));
        Assert.Equal("FOC2501A0B1", request.Header.Sudi.ToUdi().Sn);
        Assert.Equal(0, request.SkewAt(WireSamples.Now));
    }

    /// <summary>Signatures are random, so whole messages were recorded once; they must be readable for ever.</summary>
    private static ReceivedRequest Recorded(RequestType type)
    {
        var name = $"signed-{type.Name()}.json";
        if (Environment.GetEnvironmentVariable("PURSER_UPDATE_GOLDEN") == "1")
        {
            using var key = WireSamples.Key();
            byte[] certificate = type == RequestType.Registration ? [] : [0x30, 0x03, 0x02, 0x01, 0x05];
            File.WriteAllBytes(GoldenFile(name), RequestWriter.Seal(RequestWriter.Compose(WireSamples.Header(type), WireSamples.Body(type)), key, certificate));
        }

        return RequestReader.Read(Golden.Bytes(name)).Value;
    }

    private static string GoldenFile(string name, [System.Runtime.CompilerServices.CallerFilePath] string test = "") =>
        Path.Combine(Path.GetDirectoryName(test)!, "Golden", name);
}
