using System.DirectoryServices.Protocols;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Purser.Server.People.Sources.Ldap;

/// <summary>A connection to a directory. The library waits for answers without giving up its thread, so all of it runs on a worker.</summary>
internal sealed class DirectorySession : IDisposable
{
    private const int InvalidCredentials = 49;
    private const int MostGroups = 1000;
    private static readonly TimeSpan ConnectTime = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(10);

    private readonly DirectoryOptions options;
    private readonly LdapConnection connection;

    private DirectorySession(DirectoryOptions options, LdapConnection connection) => (this.options, this.connection) = (options, connection);

    /// <param name="Place">Its distinguished name.</param>
    /// <param name="IsOff">The directory keeps her, but lets her in no longer.</param>
    public sealed record Entry(string Place, string? Id, IReadOnlyList<string> Mails, string? Name, bool IsOff);

    /// <summary>The first server that answers; the library would wait minutes for one that is switched off.</summary>
    public static async Task<string> ChooseHostAsync(DirectoryOptions options, CancellationToken cancellation)
    {
        foreach (var host in options.Hosts)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            limit.CancelAfter(ConnectTime);
            using var socket = new TcpClient();
            try
            {
                await socket.ConnectAsync(host, options.Port, limit.Token);
                return host;
            }
            catch (Exception fault) when (fault is SocketException || (fault is OperationCanceledException && !cancellation.IsCancellationRequested))
            {
                // The next one, then.
            }
        }

        throw new DirectoryAwayException($"None of the servers answers on port {options.Port}: {string.Join(", ", options.Hosts)}.");
    }

    /// <summary>Connects, encrypted as the settings say. Nobody is bound yet.</summary>
    public static DirectorySession Open(DirectoryOptions options, string host)
    {
        LdapConnection? opened = null;
        try
        {
            opened = new LdapConnection(new LdapDirectoryIdentifier(host, options.Port)) { AuthType = AuthType.Basic, Timeout = AnswerTime };
            opened.SessionOptions.ProtocolVersion = 3;
            opened.SessionOptions.ReferralChasing = ReferralChasingOptions.None;
            Encrypt(opened, options);
            return new DirectorySession(options, opened);
        }
        catch (TlsOperationException fault)
        {
            opened?.Dispose();
            throw new DirectoryAwayException($"{host} refuses to begin encryption ({fault.Message}). Does it know StartTLS?", fault) { MayPass = true };
        }
        catch (Exception fault) when (fault is LdapException or DirectoryException)
        {
            opened?.Dispose();
            throw new DirectoryAwayException($"{host} offers no encryption that this server believes ({fault.Message}). Is its certificate from an authority that is trusted here, and for this name?", fault);
        }
        catch (Exception fault) when (fault is DllNotFoundException or TypeInitializationException)
        {
            throw new DirectoryAwayException("The system's LDAP library is missing on this server: install libldap (Debian: libldap-2.5-0).", fault);
        }
    }

    /// <summary>Proves a name with its password. False: the directory does not believe it.</summary>
    public bool Bind(string name, string password)
    {
        // A name with an empty password would be taken for nobody in particular, and be welcome (RFC 4513 5.1.2).
        if (password.Length == 0)
        {
            return false;
        }

        try
        {
            connection.Bind(new NetworkCredential(name, password));
            return true;
        }
        catch (LdapException fault) when (fault.ErrorCode == InvalidCredentials)
        {
            return false;
        }
        catch (Exception fault) when (fault is LdapException or DirectoryException)
        {
            throw Away(fault);
        }
    }

    /// <summary>For directories that anybody may search.</summary>
    public void BindNobody()
    {
        try
        {
            connection.AuthType = AuthType.Anonymous;
            connection.Bind();
        }
        catch (Exception fault) when (fault is LdapException or DirectoryException)
        {
            throw Away(fault);
        }
    }

    /// <summary>Those who have this name: none, one, or too many.</summary>
    public IReadOnlyList<Entry> FindPeople(string name) => FindPeopleBy(LdapFilter.With(options.UserFilter, "{name}", name));

    /// <summary>Who has this number, whatever her name is by now; null where she is gone, or no longer one of those whom the filter lets in.</summary>
    public Entry? FindPerson(string id) => FindPeopleBy($"(&{LdapFilter.WithAny(options.UserFilter, "{name}")}({options.IdAttribute}={IdText(id)}))") is [var one] ? one : null;

    /// <summary>The groups in which somebody is, and those in which these groups are, by name and by distinguished name; rings do no harm.</summary>
    public IReadOnlyCollection<string> GroupsOf(string place)
    {
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var members = new Queue<string>([place]);
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        while (seen.Count < MostGroups && members.TryDequeue(out var member))
        {
            foreach (var group in Search(options.GroupBase, LdapFilter.With(options.GroupFilter, "{member}", member), MostGroups, options.GroupAttribute))
            {
                if (seen.Add(group.DistinguishedName))
                {
                    members.Enqueue(group.DistinguishedName);
                    names.Add(group.DistinguishedName);
                    names.Add(Text(group, options.GroupAttribute) ?? group.DistinguishedName);
                }
            }
        }

        return names;
    }

    public void Dispose() => connection.Dispose();

    private List<Entry> FindPeopleBy(string filter) =>
        Search(options.UserBase, filter, 2, [options.IdAttribute, options.MailAttribute, options.NameAttribute, .. SwitchedOff.Attributes])
            .ConvertAll(found => new Entry(
                found.DistinguishedName, IdOf(found), Texts(found, options.MailAttribute), Text(found, options.NameAttribute), SwitchedOff.Says(name => Text(found, name))));

    private static void Encrypt(LdapConnection connection, DirectoryOptions options)
    {
        // On Windows there is the system's store only.
        if (options.Encryption != DirectoryEncryption.None && options.CertificateFolder.Length > 0 && !OperatingSystem.IsWindows())
        {
            connection.SessionOptions.TrustedCertificatesDirectory = options.CertificateFolder;
            connection.SessionOptions.StartNewTlsSessionContext();
        }

        switch (options.Encryption)
        {
            case DirectoryEncryption.Tls:
                connection.SessionOptions.SecureSocketLayer = true;
                break;
            case DirectoryEncryption.StartTls:
                Connect(connection);
                connection.SessionOptions.StartTransportLayerSecurity(null);
                break;
        }
    }

    /// <summary>On Linux the library connects with the first request only, and StartTLS is none: this one asks for nothing, in nobody's name.</summary>
    private static void Connect(LdapConnection connection)
    {
        connection.AutoBind = false;
        try
        {
            connection.SendRequest(new SearchRequest("", "(objectClass=*)", SearchScope.Base, "1.1"));
        }
        catch (DirectoryOperationException)
        {
            // It does not say so to nobody, but it is there.
        }
    }

    private List<SearchResultEntry> Search(string place, string filter, int most, params string[] attributes)
    {
        try
        {
            var request = new SearchRequest(place, filter, SearchScope.Subtree, attributes) { SizeLimit = most };
            return ((SearchResponse)connection.SendRequest(request)).Entries.Cast<SearchResultEntry>().ToList();
        }
        catch (DirectoryOperationException fault) when (fault.Response is SearchResponse { ResultCode: ResultCode.SizeLimitExceeded } part)
        {
            return part.Entries.Cast<SearchResultEntry>().ToList();
        }
        catch (DirectoryOperationException fault) when (fault.Response?.ResultCode == ResultCode.NoSuchObject)
        {
            throw new DirectoryAwayException($"There is nothing at “{place}” that “{options.BindName}” may see.", fault);
        }
        catch (Exception fault) when (fault is LdapException or DirectoryException)
        {
            throw Away(fault);
        }
    }

    private static DirectoryAwayException Away(Exception fault) => new($"The directory answers: {fault.Message}", fault);

    private bool IsInBytes => options.IdAttribute.Equals("objectGUID", StringComparison.OrdinalIgnoreCase);

    /// <summary>A number as a filter names it: bytes one by one (RFC 4515 3).</summary>
    private string IdText(string id) => IsInBytes ? string.Concat(id.Chunk(2).Select(pair => $"\\{new string(pair)}")) : LdapFilter.Escape(id);

    /// <summary>Active Directory numbers its objects in bytes, other directories in text.</summary>
    private string? IdOf(SearchResultEntry entry) =>
        IsInBytes
            ? Bytes(entry, options.IdAttribute) is { } bytes ? Convert.ToHexStringLower(bytes) : null
            : Text(entry, options.IdAttribute);

    private static string? Text(SearchResultEntry entry, string attribute) => Bytes(entry, attribute) is { Length: > 0 } bytes ? Encoding.UTF8.GetString(bytes) : null;

    /// <summary>All values: somebody may have several addresses.</summary>
    private static IReadOnlyList<string> Texts(SearchResultEntry entry, string attribute) =>
        entry.Attributes.Contains(attribute) ? [.. entry.Attributes[attribute].GetValues(typeof(byte[])).Cast<byte[]>().Select(Encoding.UTF8.GetString)] : [];

    private static byte[]? Bytes(SearchResultEntry entry, string attribute) =>
        entry.Attributes.Contains(attribute) && entry.Attributes[attribute].GetValues(typeof(byte[])) is [byte[] first, ..] ? first : null;
}
