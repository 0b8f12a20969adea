using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Http;

/// <summary>Who says whom a request comes from: the proxies of the setting, nobody else.</summary>
public sealed class TrustedProxiesTests
{
    private const string Proxy = "10.1.2.3";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Proxy, "10.1.0.0/16", true)]
    [InlineData("::ffff:10.1.2.3", Proxy, true)]
    [InlineData("fd00::7", "192.0.2.1, fd00::/8", true)]
    [InlineData("10.2.0.1", "10.1.0.0/16", false)]
    [InlineData(Proxy, "", false)]
    public async Task Failures_count_for_the_sender_whom_a_trusted_proxy_names_and_a_spoofed_one_is_passed_over(string peer, string trusted, bool isBelieved)
    {
        await using var installation = await StartAsync(peer, trusted);
        using var http = installation.NewClient();
        var last = HttpStatusCode.OK;
        for (var attempt = 1; attempt <= 11; attempt++)
        {
            // Each time from somebody else, says the header.
            last = await TryAsync(http, $"203.0.113.{attempt}");
        }

        Assert.Equal(isBelieved ? HttpStatusCode.Unauthorized : HttpStatusCode.TooManyRequests, last);
    }

    [Fact]
    public async Task What_the_sender_himself_put_before_the_proxys_word_is_passed_over()
    {
        await using var installation = await StartAsync(Proxy, Proxy);
        using var http = installation.NewClient();
        var last = HttpStatusCode.OK;
        for (var attempt = 1; attempt <= 11; attempt++)
        {
            last = await TryAsync(http, $"203.0.113.{attempt}, 198.51.100.9");
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, last);
    }

    [Theory]
    [InlineData(Proxy, "https")]
    [InlineData("192.0.2.9", "http")]
    public async Task The_scheme_is_the_one_that_a_trusted_proxy_names(string peer, string scheme)
    {
        await using var installation = await StartAsync(peer, Proxy);
        using var http = await installation.People.ApiAsync(await installation.People.AccountAsync());
        using var request = new HttpRequestMessage(HttpMethod.Post, "/backend/api/v1/upstream_satellites/accounts");
        request.Headers.Add("X-Forwarded-Proto", "https");
        request.Headers.Add("X-Forwarded-For", "203.0.113.1");
        using var answer = await http.SendAsync(request, Stop);
        var address = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Stop)).RootElement.GetProperty("accounts")[0].GetProperty("cslu_tenant_url").GetString();
        Assert.StartsWith($"{scheme}://", address, StringComparison.Ordinal);
    }

    private static Task<TestInstallation> StartAsync(string peer, string trusted) => TestInstallation.StartAsync(
        Engine.Sqlite,
        settings => settings with { Http = settings.Http with { TrustedProxies = trusted } },
        builder => builder.Services.AddSingleton<IStartupFilter>(new Peer(IPAddress.Parse(peer))));

    private static async Task<HttpStatusCode> TryAsync(HttpClient http, string forwardedFor)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/oauth/token?grant_type=client_credentials&client_id=nobody&client_secret=wrong");
        request.Headers.Add("X-Forwarded-For", forwardedFor);
        using var answer = await http.SendAsync(request, Stop);
        return answer.StatusCode;
    }

    /// <summary>The other end of the connection.</summary>
    private sealed class Peer(IPAddress address) : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use((context, then) =>
            {
                context.Connection.RemoteIpAddress = address;
                return then(context);
            });
            next(app);
        };
    }
}
