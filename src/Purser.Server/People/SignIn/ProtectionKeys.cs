using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using Purser.Server.Pki;
using Purser.Server.Store;

namespace Purser.Server.People.SignIn;

/// <summary>The framework's data-protection keys as rows, so that every node reads every node's cookies (stack notes 5).</summary>
public sealed class ProtectionKeyRows(Database database) : IXmlRepository
{
    public IReadOnlyCollection<XElement> GetAllElements()
    {
        using var db = database.Read();
        return db.ProtectionKeys.Select(row => row.Xml).AsEnumerable().Select(xml => XElement.Parse(xml)).ToList();
    }

    public void StoreElement(XElement element, string friendlyName)
    {
        using var db = database.Open();
        db.ProtectionKeys.Add(new ProtectionKey { Name = $"{friendlyName}/{SecretSource.NewUuid()}", Xml = element.ToString(SaveOptions.DisableFormatting) });
        db.SaveChanges();
    }
}

/// <summary>Seals data-protection keys with the master key; without it they would lie readable in the table.</summary>
public sealed class ProtectionKeySeal(SecretBox box) : IXmlEncryptor
{
    internal const string Place = "protection_key/xml";

    public EncryptedXmlInfo Encrypt(XElement plaintextElement)
    {
        var sealedKey = Convert.ToBase64String(box.Seal(plaintextElement.ToString(SaveOptions.DisableFormatting), Place));
        return new EncryptedXmlInfo(new XElement("sealed", sealedKey), typeof(ProtectionKeyOpener));
    }
}

/// <summary>Opens what <see cref="ProtectionKeySeal"/> sealed. The framework makes it by its type's name.</summary>
public sealed class ProtectionKeyOpener(IServiceProvider services) : IXmlDecryptor
{
    public XElement Decrypt(XElement encryptedElement) => XElement.Parse(
        services.GetRequiredService<SecretBox>().OpenText(Convert.FromBase64String(encryptedElement.Value), ProtectionKeySeal.Place));
}
