using System.Text;
using Purser.Protocol;
using Purser.Protocol.Push;

namespace Purser.Tests.Protocol.Push;

/// <summary>What devices that are licensed by policy push, and what they are answered (docs/wire.md).</summary>
public sealed class PushTests
{
    private const string Nonce = "00112233445566778899aabbccddeeff";

    private static readonly DateTimeOffset At = new(2026, 3, 13, 8, 9, 24, TimeSpan.Zero);
    private static readonly Udi Device = new("NW-9300-48", "FOC2501A0B1");

    [Theory]
    [InlineData(PushKind.Trust)]
    [InlineData(PushKind.Usage)]
    [InlineData(PushKind.Authorization)]
    [InlineData(PushKind.Poll)]
    public void The_exact_text_of_a_message_stays_as_it_is_and_reads_back(PushKind kind)
    {
        var message = Message(kind);
        var text = message.Write();
        Golden.Check($"message-{kind}.json", text);
        Assert.Equal(message, PushMessage.Read(text).Value);
    }

    [Fact]
    public void The_exact_text_of_the_answers_stays_as_it_is_and_reads_back()
    {
        var replies = new Dictionary<string, PushReply>
        {
            ["ok"] = PushReply.Ok("<smartLicense/>", At),
            ["nothing"] = PushReply.Ok(null, At),
            ["poll"] = PushReply.Poll("7001", 300, At),
            ["failed"] = PushReply.Failed(WireCode.ClockSkew, "The clock is 20 minutes slow. Correct it and send again", At),
        };
        foreach (var (name, reply) in replies)
        {
            Golden.Check($"reply-{name}.json", Encoding.UTF8.GetString(reply.Write()));
            Assert.Equal(reply, PushReply.Read(reply.Write()).Value);
        }
    }

    [Fact]
    public void A_signature_covers_every_byte_of_the_message_and_no_other_text()
    {
        using var key = WireSamples.Key();
        var sent = PushRequest.Seal(Message(PushKind.Usage), key, "552");
        var read = PushRequest.Read(sent.Write()).Value;

        Assert.Equal(sent, read);
        Assert.True(read.IsSignedBy(key));
        Assert.False((read with { Text = read.Text + " " }).IsSignedBy(key));
        Assert.False((read with { Signature = "AAAA" }).IsSignedBy(key));
        Assert.False(PushRequest.Read(PushRequest.Unsigned(Message(PushKind.Usage)).Write()).Value.IsSignedBy(key));
    }

    [Theory]
    [InlineData("\"kind\":\"usage\"", "\"kind\":\"news\"", "kind is trust")]
    [InlineData("\"kind\":\"usage\"", "\"kind\":\"Usage\"", "kind is trust")]
    [InlineData("\"kind\":\"usage\"", "\"kind\":\"poll\"", "poll_id")]
    [InlineData("\"kind\":\"usage\"", "\"kind\":\"usage\",\"id_token\":\"abc\"", "id_token")]
    [InlineData("\"kind\":\"usage\"", "\"kind\":\"usage\",\"poll_id\":\"7\"", "poll_id")]
    [InlineData("\"version\":\"1.0\"", "\"version\":\"2.0\"", "version is 1.0")]
    [InlineData("NW-9300-48", "", "no proper UDI")]
    [InlineData(Nonce, "zz", "nonce has 32")]
    [InlineData("\"edge-1\"", "\"\"", "hostname has")]
    [InlineData(",\"file\"", ",\"fill\"", "file has")]
    [InlineData("{\"sudi\"", "[{\"sudi\"", "not the expected JSON")]
    [InlineData("\"timestamp\":", "\"timestamp\":1,\"timestamp\":", "not the expected JSON")]
    public void A_message_that_is_none_is_refused_with_its_reason(string good, string bad, string reason) =>
        Assert.Contains(reason, PushMessage.Read(Message(PushKind.Usage).Write().Replace(good, bad, StringComparison.Ordinal)).Detail, StringComparison.Ordinal);

    [Theory]
    [InlineData("\"trust_id\":\"552\",", "", "come together")]
    [InlineData("\"552\"", "\"\"", "come together")]
    [InlineData("\"request\"", "\"requests\"", "not the expected JSON")]
    [InlineData("\\\"kind\\\"", "\\\"king\\\"", "not the expected JSON")]
    public void A_request_that_is_none_is_refused_with_its_reason(string good, string bad, string reason)
    {
        using var key = WireSamples.Key();
        var body = Encoding.UTF8.GetString(PushRequest.Seal(Message(PushKind.Usage), key, "552").Write()).Replace(good, bad, StringComparison.Ordinal);
        Assert.Contains(reason, PushRequest.Read(Encoding.UTF8.GetBytes(body)).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_that_are_no_text_and_too_many_of_them_are_refused()
    {
        Assert.Contains("UTF-8", PushRequest.Read([0x7B, 0xFF, 0x7D]).Detail, StringComparison.Ordinal);
        Assert.Equal(WireCode.TooLarge, PushRequest.Read(new byte[PushLimits.BodyBytes + 1]).Code);
        Assert.Contains("file has", PushMessage.Read((Message(PushKind.Usage) with { File = new string('x', PushLimits.FileLength + 1) }).Write()).Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"status\":\"POLL\",\"server_time\":1}", "does not say by what")]
    [InlineData("{\"status\":\"FAILED\",\"server_time\":1}", "without a reason")]
    [InlineData("{\"status\":\"GOOD\",\"server_time\":1}", "none that this device knows")]
    [InlineData("<html/>", "not the expected JSON")]
    public void An_answer_that_is_none_is_refused_with_its_reason(string body, string reason) =>
        Assert.Contains(reason, PushReply.Read(Encoding.UTF8.GetBytes(body)).Detail, StringComparison.Ordinal);

    private static PushMessage Message(PushKind kind) => new(Device, At, Nonce, kind)
    {
        IdToken = kind == PushKind.Trust ? "ZmY5YzY2" : null,
        Hostname = "edge-1",
        File = kind == PushKind.Poll ? null : "<smartLicense><RUMReport><![CDATA[{\"payload\":\"…\"}]]></RUMReport></smartLicense>",
        PollId = kind == PushKind.Poll ? "7001" : null,
    };
}
