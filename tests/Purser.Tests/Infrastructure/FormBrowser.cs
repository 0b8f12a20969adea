using System.Text.RegularExpressions;
using Purser.Server.Commands;

namespace Purser.Tests.Infrastructure;

/// <summary>As much of a browser as forms need: it keeps cookies, and takes the antiforgery token of the page a form lies on.</summary>
internal sealed partial class FormBrowser(TestInstallation installation)
{
    /// <summary>Where the pages come from, as a browser tells with every form.</summary>
    public const string Origin = "http://localhost";

    private readonly Dictionary<string, string> cookies = [];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>With a session of hers, without walking through the sign-in page.</summary>
    public static async Task<FormBrowser> SignedInAsync(TestInstallation installation, Actor person)
    {
        var browser = new FormBrowser(installation);
        var cookie = (await TestBrowser.CookieAsync(installation, person)).Split('=', 2);
        browser.cookies[cookie[0]] = cookie[1];
        return browser;
    }

    public Task<HttpResponseMessage> GetAsync(string path) => SendAsync(new HttpRequestMessage(HttpMethod.Get, path));

    public async Task<HttpResponseMessage> PostAsync(string? page, string path, Dictionary<string, string> fields)
    {
        var form = new Dictionary<string, string>(fields);
        if (page is not null)
        {
            var html = await (await GetAsync(page)).Content.ReadAsStringAsync(Stop);
            form["__RequestVerificationToken"] = AntiforgeryToken().Match(html).Groups["token"].Value;
        }

        return await SendAsync(new HttpRequestMessage(HttpMethod.Post, path) { Content = new FormUrlEncodedContent(form) });
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request)
    {
        using var client = installation.NewClient();
        request.Headers.Accept.ParseAdd("text/html");
        if (request.Method == HttpMethod.Post)
        {
            request.Headers.Add("Origin", Origin);
        }

        if (cookies.Count > 0)
        {
            request.Headers.Add("Cookie", string.Join("; ", cookies.Select(pair => $"{pair.Key}={pair.Value}")));
        }

        var response = await client.SendAsync(request, Stop);
        foreach (var cookie in response.Headers.TryGetValues("Set-Cookie", out var set) ? set : [])
        {
            var pair = cookie.Split(';')[0].Split('=', 2);
            cookies[pair[0]] = pair[1];
        }

        return response;
    }

    [GeneratedRegex("name=\"antiforgery\" content=\"(?<token>[^\"]+)\"", RegexOptions.NonBacktracking)]
    private static partial Regex AntiforgeryToken();
}
