using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Xml;
using System.Xml.Linq;
using Purser.Protocol.Usage;

namespace Purser.Protocol.Authorizations;

/// <summary>
/// The file in which a device asks for authorization codes (<c>license smart authorization request save FILE</c>): who it is, and below
/// <c>smartLicenseAuthRequest</c> what it asks for, as published (device reference 4.6, API reference 4.7).
/// </summary>
public sealed record AuthorizationRequestFile(IReadOnlyList<AuthorizationRequest> Requests)
{
    public const int MaximumBytes = 4 * 1024 * 1024;
    public const int MaximumRequests = 1_000;

    private const string Root = "smartLicense";
    private const string Asked = "smartLicenseAuthRequest";
    private const string Info = "smartLicenseSystemInfo";

    private static readonly XmlReaderSettings Strict = new() { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, MaxCharactersInDocument = MaximumBytes };

    public static WireResult<AuthorizationRequestFile> Read(string file)
    {
        try
        {
            using var reader = XmlReader.Create(new StringReader(file.TrimStart('\uFEFF')), Strict);
            var root = XElement.Load(reader);
            return root.Name.LocalName == Root && root.Element(Asked)?.Element("data")?.Value is { } asked
                ? Of(asked, root.Element(Info)?.Element("data")?.Value)
                : Broken("It has no authorization request in it");
        }
        catch (XmlException fault)
        {
            return Broken($"It is no XML, or only a part of it: {XmlPlace.Of(fault)}");
        }
    }

    public string Write(long timestamp, string nonce)
    {
        var devices = Requests.Select(request => new AskingDeviceText { Sudi = SudiText.Of(request.Udi), Hostname = request.Hostname, SoftwareTagIdentifier = request.SoftwareTag }).ToList();
        var info = new SystemInfoText { Sudi = devices[0].Sudi, Timestamp = timestamp, Nonce = nonce, Hostname = devices[0].Hostname, DeviceList = devices };
        var asked = Requests.Select(request => new AuthorizationAskedText
        {
            Sudi = SudiText.Of(request.Udi), Keys = [.. request.Licenses.Select(license => new AskedKeyText(license.Tag, CountOf(license)))], Replace = request.Replaces ? true : null,
            ConfirmCode = request.ConfirmationCode, RemoveCode = request.ReturnCode,
        });
        return new XElement(Root, Data(Info, UsageJson.Write(info)), Data(Asked, UsageJson.Write<IReadOnlyList<AuthorizationAskedText>>([.. asked]))).ToString(SaveOptions.DisableFormatting);

        static XElement Data(string name, string json) => new(name, new XElement("data", json));
        static JsonElement CountOf(AskedAuthorization license) => JsonElement.Parse($"\"{license.Count.ToString(CultureInfo.InvariantCulture)}\"");
    }

    private static WireResult<AuthorizationRequestFile> Of(string askedJson, string? infoJson)
    {
        var asked = UsageJson.Read<IReadOnlyList<AuthorizationAskedText>>(askedJson, "The authorization request");
        var info = infoJson is null ? new SystemInfoText() : UsageJson.Read<SystemInfoText>(infoJson, "The system information");
        if (!asked.IsOk || !info.IsOk)
        {
            return new WireRefusal(asked.Code ?? info.Code!, asked.Detail ?? info.Detail!);
        }

        if (asked.Value.Count is 0 or > MaximumRequests)
        {
            return Broken($"It has {asked.Value.Count} requests; there can be 1 to {MaximumRequests}");
        }

        var requests = new List<AuthorizationRequest>();
        foreach (var (index, one) in asked.Value.Index())
        {
            var read = OfDevice(one, DeviceOf(info.Value, one, index));
            if (!read.IsOk)
            {
                return new WireRefusal(read.Code!, read.Detail!);
            }

            requests.Add(read.Value);
        }

        return new AuthorizationRequestFile(requests);
    }

    /// <summary>A request says itself of whom it is, or stands where its device stands in the list.</summary>
    private static AskingDeviceText DeviceOf(SystemInfoText info, AuthorizationAskedText asked, int index)
    {
        var known = asked.Sudi is { } sudi ? info.DeviceList?.FirstOrDefault(device => device.Sudi == sudi) : info.DeviceList?.ElementAtOrDefault(index);
        return known is not null ? known with { Sudi = asked.Sudi ?? known.Sudi ?? info.Sudi }
            : new AskingDeviceText { Sudi = asked.Sudi ?? info.Sudi, Hostname = info.Hostname, SoftwareTagIdentifier = info.SoftwareTagIdentifier };
    }

    private static WireResult<AuthorizationRequest> OfDevice(AuthorizationAskedText asked, AskingDeviceText device)
    {
        if (device.Sudi?.ToUdi() is not { IsWellFormed: true } udi)
        {
            return Broken("A request does not say of which device it is");
        }

        var keys = asked.Keys ?? [];
        var licenses = keys.Select(key => Count(key.Count) is { } count && Tag.TryParse(key.Entitlement, out _) ? new AskedAuthorization(key.Entitlement, count) : null).ToList();
        return licenses.Count > AuthorizationRequest.MaximumLicenses || licenses.Contains(null)
            ? Broken($"The request of {udi.Display} names a license without a proper tag and count")
            : new AuthorizationRequest(udi, licenses!, Text(device.SoftwareTagIdentifier), NameOf(device), asked.Replace == true, Text(asked.ConfirmCode), Text(asked.RemoveCode));
    }

    /// <summary>As text, as published; a number is borne.</summary>
    internal static long? Count(JsonElement count)
    {
        var text = count.ValueKind == JsonValueKind.String ? count.GetString() : count.ToString();
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and <= Wire.WireLimits.Count ? number : null;
    }

    /// <summary>A name that is too long is none: it is for people, and the request is not refused for it.</summary>
    private static string? NameOf(AskingDeviceText device) => Text(device.Hostname) is { Length: <= Wire.WireLimits.Text } name ? name : null;

    private static string? Text(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    private static WireRefusal Broken(string why) =>
        new(WireCode.Malformed, $"This is no authorization request file. {why}. On the device: license smart authorization request save FILE");
}

internal sealed record AskedKeyText(string Entitlement, JsonElement Count);

internal sealed record AuthorizationAskedText
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SudiText? Sudi { get; init; }

    public IReadOnlyList<AskedKeyText>? Keys { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Replace { get; init; }

    public string? ConfirmCode { get; init; }

    public string? RemoveCode { get; init; }
}
