using System.Security.Cryptography;
using Purser.Agent;
using Purser.Agent.State;
using Purser.Agent.Store;
using Purser.Agent.Transport;

namespace Purser.Tests.Agent;

[Trait("Feature", "AG-02")]
public sealed class AuthorityLinkTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Https_with_the_root_from_a_file()
    {
        await using var live = await LiveAuthority.StartAsync();
        var outcome = await RegisterAsync(live.Secure, DeviceSetup.Pin(live.Authority.Root));
        Assert.True(outcome.IsDone, outcome.Reason);
    }

    [Fact]
    public async Task Https_with_nothing_but_the_fingerprint()
    {
        await using var live = await LiveAuthority.StartAsync();
        var outcome = await RegisterAsync(live.Secure, DeviceSetup.Pin(live.Fingerprint));
        Assert.True(outcome.IsDone, outcome.Reason);
    }

    [Fact]
    public async Task Https_without_a_known_root_sends_nothing_and_says_what_to_do()
    {
        await using var live = await LiveAuthority.StartAsync();
        var outcome = await RegisterAsync(live.Secure, new TrustAnchor());

        Assert.Equal(AgentOutcomeKind.Deferred, outcome.Kind);
        Assert.Contains("license smart trustpoint fingerprint", outcome.Reason, StringComparison.Ordinal);
        Assert.Empty(live.Authority.Received);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Https_to_somebody_else_sends_nothing(bool byFingerprint)
    {
        await using var live = await LiveAuthority.StartAsync();
        using var other = new Protocol.TestPki(TimeProvider.System.GetUtcNow());
        var trust = byFingerprint ? DeviceSetup.Pin(Purser.Protocol.Certificates.ChainCheck.Fingerprint(other.Root)) : DeviceSetup.Pin(other.Root);
        var outcome = await RegisterAsync(live.Secure, trust);

        Assert.Equal(AgentOutcomeKind.Deferred, outcome.Kind);
        Assert.Contains(byFingerprint ? "fingerprint" : "does not descend from the root", outcome.Reason, StringComparison.Ordinal);
        Assert.Empty(live.Authority.Received);
    }

    [Fact]
    public async Task Https_under_another_name_sends_nothing()
    {
        await using var live = await LiveAuthority.StartAsync();
        var outcome = await RegisterAsync(live.SecureElsewhere, DeviceSetup.Pin(live.Authority.Root));
        Assert.Contains("for another host", outcome.Reason, StringComparison.Ordinal);
        Assert.Equal(AgentOutcomeKind.Deferred, outcome.Kind);
        Assert.Empty(live.Authority.Received);
    }

    [Fact]
    public async Task Plain_http_on_this_machine()
    {
        await using var live = await LiveAuthority.StartAsync();
        Assert.True((await RegisterAsync(live.Plain, new TrustAnchor())).IsDone);
    }

    [Fact]
    public async Task A_pinned_root_holds_over_plain_http_too()
    {
        await using var live = await LiveAuthority.StartAsync();
        using var other = new Protocol.TestPki(TimeProvider.System.GetUtcNow());
        var outcome = await RegisterAsync(live.Plain, DeviceSetup.Pin(other.Root));
        Assert.Equal(AgentOutcomeKind.Deferred, outcome.Kind);
    }

    [Fact]
    public async Task Call_home_addresses()
    {
        await using var live = await LiveAuthority.StartAsync();
        var outcome = await RegisterAsync(new TransportSettings { Kind = TransportKind.CallHome, CallHomeUrl = live.Plain }, new TrustAnchor());
        Assert.True(outcome.IsDone, outcome.Reason);
    }

    [Theory]
    [InlineData(true, "CONNECT 127.0.0.1:")]
    [InlineData(false, "POST http://127.0.0.1:")]
    public async Task Through_a_proxy_with_a_password(bool secure, string line)
    {
        await using var live = await LiveAuthority.StartAsync();
        await using var proxy = new TestProxy("ann:s3cret");
        var settings = new TransportSettings
        {
            SmartUrl = secure ? live.Secure : live.Plain,
            Proxy = new ProxySettings("127.0.0.1", proxy.Port, "ann", "s3cret"),
        };
        var outcome = await RegisterAsync(settings, DeviceSetup.Pin(live.Fingerprint));

        Assert.True(outcome.IsDone, outcome.Reason);
        Assert.Contains(proxy.RequestLines, one => one.StartsWith(line, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("https://license.example.com", "https://license.example.com/licservice/license")]
    [InlineData("https://license.example.com/SmartTransport", "https://license.example.com/SmartTransport")]
    [InlineData("http://localhost:8080/licservice/license", "http://localhost:8080/licservice/license")]
    [InlineData("http://[::1]:8080/x", "http://[::1]:8080/x")]
    [InlineData("http://license.example.com", null)]
    [InlineData("http://127.0.0.1.example.com", null)]
    [InlineData("ftp://localhost", null)]
    [InlineData("https://user:pw@host", null)]
    [InlineData("license.example.com", null)]
    public void Addresses(string text, string? expected)
    {
        Assert.Equal(expected is not null, AuthorityAddress.TryParse(text, TransportKind.Smart, out var address, out _));
        Assert.Equal(expected, address?.ToString());
    }

    [Theory]
    [InlineData("https://license.example.com/licservice/license", "https://license.example.com/cslu/v1/pi")]
    [InlineData("https://license.example.com:8443/SmartTransport/", "https://license.example.com:8443/cslu/v1/pi")]
    [InlineData("https://license.example.com/Transportgateway/services/DeviceRequestHandler", "https://license.example.com/cslu/v1/pi")]
    [InlineData("https://license.example.com/cslu/v1/pi/acme-1", "https://license.example.com/cslu/v1/pi/acme-1")]
    [InlineData("https://license.example.com/own/path", "https://license.example.com/own/path")]
    public void What_is_pushed_has_its_own_address_at_the_authority(string configured, string expected) =>
        Assert.Equal(expected, AuthorityAddress.OfPushes(new Uri(configured)).ToString());

    private static Task<AgentOutcome> RegisterAsync(string url, TrustAnchor trust) => RegisterAsync(new TransportSettings { SmartUrl = url }, trust);

    private static async Task<AgentOutcome> RegisterAsync(TransportSettings transport, TrustAnchor trust)
    {
        using var link = new AuthorityLink(TimeProvider.System);
        using var random = RandomNumberGenerator.Create();
        var store = new MemoryTrustedStore(AgentBench.NewDevice() with { Transport = transport, Trust = trust });
        using var agent = new LicensingAgent(store, link, TimeProvider.System, random);
        return await agent.RegisterAsync(TestAuthority.Token, cancel: Cancel);
    }
}
