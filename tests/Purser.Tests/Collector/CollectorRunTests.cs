using System.CommandLine;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;
using Purser.Agent.State;
using Purser.Cli;
using Purser.Cli.Collector.Store;

namespace Purser.Tests.Collector;

/// <summary>The collector as it runs: its pages are for who has the password, its forms come from its own pages, its open door takes pushes alone.</summary>
[Trait("Feature", "SP-05")]
public sealed partial class CollectorRunTests : IAsyncDisposable
{
    private const string Password = "correct horse battery";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("purser-collector-run-");
    private readonly CancellationTokenSource ends = new();
    private readonly HttpClient http = new(new SocketsHttpHandler { AllowAutoRedirect = false });
    private Task<int>? running;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Without_the_password_nobody_sees_its_pages()
    {
        await RunAsync(withPassword: false);
        using var nobody = await http.GetAsync(new Uri("status", UriKind.Relative), Stop);
        Assert.Equal(HttpStatusCode.Unauthorized, nobody.StatusCode);
        Assert.Contains("set a password", await nobody.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        using var health = await http.GetAsync(new Uri("cslu/v1/health", UriKind.Relative), Stop);
        Assert.True(health.IsSuccessStatusCode);
    }

    [Theory]
    [InlineData("status")]
    [InlineData("status/devices")]
    [InlineData("status/devices/1")]
    [InlineData("status/files/1/answer")]
    [InlineData("status/style.css")]
    [InlineData("status", true)]
    [InlineData("status/devices", true)]
    [InlineData("status/devices/1/remove", true)]
    [InlineData("status/files", true)]
    [InlineData("status/bundles/export", true)]
    [InlineData("status/bundles/again", true)]
    [InlineData("status/bundles/import", true)]
    public async Task Each_page_asks_for_the_password(string path, bool isForm = false)
    {
        await RunAsync(withPassword: true);
        using var answer = isForm ? await http.PostAsync(new Uri(path, UriKind.Relative), null, Stop) : await http.GetAsync(new Uri(path, UriKind.Relative), Stop);
        Assert.Contains(answer.StatusCode, new[] { HttpStatusCode.Unauthorized, HttpStatusCode.MethodNotAllowed });
    }

    [Fact]
    public async Task A_sheet_is_taken_by_the_form_and_a_form_from_elsewhere_is_not()
    {
        await RunAsync(withPassword: true);
        SignIn();
        var page = await http.GetStringAsync(new Uri("status", UriKind.Relative), Stop);
        var token = WebUtility.HtmlDecode(Token().Match(page).Groups["token"].Value);

        using var forged = await http.PostAsync(new Uri("status/devices", UriKind.Relative), Sheet("A,1\n", null), Stop);
        Assert.Equal(HttpStatusCode.BadRequest, forged.StatusCode);
        using var taken = await http.PostAsync(new Uri("status/devices", UriKind.Relative), Sheet("A,<b>1</b>\n", token), Stop);
        Assert.Contains("Product instances: 1 added, 0 changed.", await taken.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        using var wrong = await http.PostAsync(new Uri("status/devices", UriKind.Relative), Sheet("A B,1\n", token), Stop);
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        Assert.Contains("line 2", await wrong.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);

        using var listed = await http.GetAsync(new Uri("status/devices?search=%3Cb%3E", UriKind.Relative), Stop);
        var list = await listed.Content.ReadAsStringAsync(Stop);
        Assert.Contains("P:A,S:&lt;b&gt;1&lt;/b&gt;", list, StringComparison.Ordinal);
        Assert.Contains("default-src 'none'", string.Join(' ', listed.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        Assert.DoesNotContain("A,S:", await http.GetStringAsync(new Uri("status/devices?search=nothing", UriKind.Relative), Stop), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_product_instance_is_removed_on_its_page()
    {
        await RunAsync(withPassword: true);
        SignIn();
        var token = WebUtility.HtmlDecode(Token().Match(await http.GetStringAsync(new Uri("status", UriKind.Relative), Stop)).Groups["token"].Value);
        using (await http.PostAsync(new Uri("status/devices", UriKind.Relative), Sheet("A,1\nB,2\n", token), Stop))
        {
            Assert.Contains("Remove P:B,S:2", await http.GetStringAsync(new Uri("status/devices/2", UriKind.Relative), Stop), StringComparison.Ordinal);
        }

        using var forged = await http.PostAsync(new Uri("status/devices/2/remove", UriKind.Relative), null, Stop);
        using var removed = await http.PostAsync(new Uri("status/devices/2/remove", UriKind.Relative), new FormUrlEncodedContent([new("__RequestVerificationToken", token)]), Stop);

        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.Redirect), (forged.StatusCode, removed.StatusCode));
        var list = await http.GetStringAsync(new Uri("status/devices", UriKind.Relative), Stop);
        Assert.True(list.Contains("P:A,S:1", StringComparison.Ordinal) && !list.Contains("P:B,S:2", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_door_without_encryption_takes_pushes_alone()
    {
        var push = new Uri($"http://127.0.0.1:{Infrastructure.TestPorts.Pair()}/");
        await RunAsync(withPassword: true, "--push", push.ToString());
        SignIn();
        http.DefaultRequestHeaders.ExpectContinue = true;
        using var page = await http.GetAsync(new Uri(push, "status"), Stop);
        Assert.Equal(HttpStatusCode.NotFound, page.StatusCode);
        using var nonsense = await http.PostAsync(new Uri(push, "cslu/v1/pi"), new StringContent("{"), Stop);
        Assert.Equal(HttpStatusCode.BadRequest, nonsense.StatusCode);
        using var large = await http.PostAsync(new Uri(push, "cslu/v1/pi/tenant-1"), new ByteArrayContent(new byte[(16 * 1024 * 1024) + 1]), Stop);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, large.StatusCode);

        var statuses = new HashSet<HttpStatusCode>();
        for (var turn = 0; turn < 60; turn++)
        {
            using var answer = await http.PostAsync(new Uri(push, "cslu/v1/pi"), new StringContent("{"), Stop);
            statuses.Add(answer.StatusCode);
        }

        Assert.Contains(HttpStatusCode.TooManyRequests, statuses);
    }

    public async ValueTask DisposeAsync()
    {
        await ends.CancelAsync();
        if (running is not null)
        {
            await running;
        }

        http.Dispose();
        ends.Dispose();
        SqliteConnection.ClearAllPools();
        folder.Delete(recursive: true);
    }

    private static MultipartFormDataContent Sheet(string rows, string? token)
    {
        var form = new MultipartFormDataContent { { new ByteArrayContent(Encoding.UTF8.GetBytes("pid,serial_number\n" + rows)), "file", "devices.csv" } };
        if (token is not null)
        {
            form.Add(new StringContent(token), "__RequestVerificationToken");
        }

        return form;
    }

    private void SignIn() => http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"admin:{Password}")));

    private async Task RunAsync(bool withPassword, params string[] more)
    {
        if (withPassword)
        {
            var store = await CollectorStore.OpenAsync(folder.FullName, TimeProvider.System, Stop);
            var access = JsonSerializer.Serialize(RemoteAccess.Of("admin", Password));
            await store.ConfigureAsync(settings => settings.Access = access, Stop);
        }

        var output = new StringWriter();
        running = CliRoot.Build()
            .Parse(["collector", "--data", folder.FullName, "run", "--listen", "http://127.0.0.1:0", .. more], CliRoot.Parsing)
            .InvokeAsync(new InvocationConfiguration { Output = output, Error = output }, ends.Token);
        for (var wait = 0; wait < 300 && !output.ToString().Contains('\n', StringComparison.Ordinal); wait++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), Stop);
        }

        http.BaseAddress = new Uri(output.ToString().Split(' ', '\n')[2] + "/");
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"(?<token>[^\"]+)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Token();
}
